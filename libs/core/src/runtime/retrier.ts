import { InstanceNotFoundError } from '../errors/instance-not-found-error.js';
import { InstanceNotRetryableError } from '../errors/instance-not-retryable-error.js';
import { FRAMEWORK } from '../ports/instance.js';
import type { Dispatcher } from './dispatcher.js';
import type { RetryReport } from './engine-api.js';
import type { Queries } from './queries.js';
import type { EngineServices } from './services.js';
import type { Starter } from './starter.js';

/** Tries again what does not go on by itself (P6, P7): the rows of an instance that has ended stay as they are. */
export class Retrier {
  constructor(
    private readonly services: EngineServices,
    private readonly queries: Queries,
    private readonly starter: Starter,
    private readonly dispatcher: Dispatcher,
  ) {}

  async retry(instanceId: string): Promise<RetryReport> {
    const latest = await this.queries.row(instanceId);
    if (latest.framework !== FRAMEWORK) throw new InstanceNotFoundError(instanceId);
    if (latest.status === 'failed' || latest.status === 'cancelled') {
      return { kind: 'restarted', instanceId: (await this.starter.restart(latest)).instanceId };
    }
    if (await this.unblock(latest.instanceId)) return { kind: 'unblocked', instanceId: latest.instanceId };
    throw new InstanceNotRetryableError(latest.instanceId, latest.status);
  }

  /** Clears the block of an instance, or the rest of a suspected one. */
  async unblock(instanceId: string): Promise<boolean> {
    const { storage, settings } = this.services;
    const { runState } = storage;
    const cleared = [await runState.clearBlock(instanceId), await runState.clearTakeovers(instanceId)].includes(true);
    if (cleared && settings.worker) this.dispatcher.wake(instanceId);
    return cleared;
  }
}
