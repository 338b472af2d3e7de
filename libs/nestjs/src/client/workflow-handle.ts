import type { InstanceInfo, InstanceStatus } from '@romancy/core';
import type { EngineHost } from '../runtime/engine-host.js';
import { refuseInWorkflow } from './client-scope.js';
import type { ResultOptions } from './workflow-types.js';

/**
 * One workflow instance, known by its id. A handle holds no resource and may be made for any id at any time; it follows an instance along the
 * chain of its restarts.
 *
 * @example
 * ```ts
 * const handle = await client.start(OrderWorkflow, order, { instanceId: `order-${order.orderId}` });
 * const receipt = await handle.result({ timeout: '10s' });
 * ```
 */
export class WorkflowHandle<Result = unknown, Input = unknown> {
  /** Id under which the instance was started or looked up. */
  readonly instanceId: string;
  /** True when the start that answered this handle made the instance; false when the id existed, and for a handle that was looked up. */
  readonly created: boolean;
  readonly #host: EngineHost;

  /** Made by `WorkflowClient`. */
  constructor(host: EngineHost, instanceId: string, created: boolean) {
    this.#host = host;
    this.instanceId = instanceId;
    this.created = created;
  }

  /**
   * Waits for the end and answers the result.
   * @throws WorkflowFailedError, WorkflowCancelledError: how it ended otherwise.
   * @throws ResultTimeoutError when `timeout` passes first; the instance goes on.
   * @throws InstanceNotFoundError
   */
  async result(options: ResultOptions = {}): Promise<Result> {
    refuseInWorkflow('result');
    return (await this.#host.engine.result(this.instanceId, options)) as Result;
  }

  /**
   * Status of the newest instance of the chain.
   * @throws InstanceNotFoundError
   */
  async status(): Promise<InstanceStatus> {
    return (await this.get()).status;
  }

  /**
   * Everything about the instance: status, stage, input, result or error, times.
   * @throws InstanceNotFoundError
   */
  async get(): Promise<InstanceInfo<Input, Result>> {
    refuseInWorkflow('get');
    return (await this.#host.engine.get(this.instanceId)) as InstanceInfo<Input, Result>;
  }

  /**
   * Asks for the end of the instance: signals of running activities abort, then its compensations run. Resolves when the request is stored;
   * asking twice changes nothing.
   * @param reason Kept in history and shown with the instance.
   * @throws InstanceNotFoundError, InstanceNotCancellableError (it has ended).
   */
  async cancel(reason?: string): Promise<void> {
    refuseInWorkflow('cancel');
    await this.#host.engine.cancel(this.instanceId, reason);
  }
}
