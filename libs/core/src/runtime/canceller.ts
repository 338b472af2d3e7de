import { InstanceNotCancellableError } from '../errors/instance-not-cancellable-error.js';
import { InstanceNotFoundError } from '../errors/instance-not-found-error.js';
import type { Dispatcher } from './dispatcher.js';
import { pastConflicts } from './past-conflicts.js';
import type { Queries } from './queries.js';
import type { EngineServices } from './services.js';

/** Asks for cancellations (E28): stored first, then brought to whoever has the instance. */
export class Canceller {
  constructor(
    private readonly services: EngineServices,
    private readonly queries: Queries,
    private readonly dispatcher: Dispatcher,
  ) {}

  async cancel(instanceId: string, reason: string | null): Promise<void> {
    const latest = await this.queries.row(instanceId);
    const { storage, clock } = this.services;
    const outcome = await pastConflicts(() => storage.instances.requestCancel(latest.instanceId, reason, clock.now()));
    if (outcome.kind === 'unknown') throw new InstanceNotFoundError(instanceId);
    if (outcome.kind === 'terminal') {
      // The next generation has begun meanwhile: the request goes to the one that lives.
      if (outcome.row.status === 'recurred') return this.cancel(latest.instanceId, reason);
      if (outcome.row.status === 'cancelled') return;
      throw new InstanceNotCancellableError(instanceId, outcome.row.status);
    }
    const { workflowName } = latest;
    void this.services.storage.notifications?.send([
      { kind: 'resumable', instanceId: latest.instanceId, workflowName },
    ]);
    if (!this.services.settings.worker) return;
    this.dispatcher.turnOf(latest.instanceId)?.requestCancel(outcome.row.cancelReason);
    // Unlocked: taken and settled here. Running here: looked at again after its turn, should the request have come too late for it.
    this.dispatcher.wake(latest.instanceId);
  }
}
