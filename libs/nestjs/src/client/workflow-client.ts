import {
  EngineStateError,
  type ChannelToken,
  type DeliverReport,
  type EventToken,
  type ForeignTransaction,
  type InstanceInfo,
  type InstanceInfoPage,
  type PublishRequest,
  type RetryReport,
} from '@romancy/core';
import { foreignTransaction } from '@romancy/typeorm';
import type { EntityManager } from 'typeorm';
import type { WorkflowType } from '../decorators/workflow.decorator.js';
import { WaitInTransactionError } from '../errors/wait-in-transaction.error.js';
import type { ClientEvents } from '../events/client-events.js';
import type { IncomingEvent } from '../events/incoming-event.js';
import type { EmitOptions } from '../outbox/emit-options.js';
import type { EngineHost } from '../runtime/engine-host.js';
import { refuseInWorkflow } from './client-scope.js';
import { currentTransaction, isInTransaction } from './start-transaction.js';
import { toInstanceFilter, type WorkflowFilter } from './workflow-filter.js';
import { WorkflowHandle } from './workflow-handle.js';
import type {
  ExecuteOptions,
  InputAnd,
  MessageOptions,
  StartOptions,
  WorkflowInput,
  WorkflowResult,
} from './workflow-types.js';
import type { WorkflowNames } from './workflow-catalog.js';

/**
 * Starts, finds and cancels workflow instances; inject it anywhere. Types follow from the workflow class: the input is checked against the
 * first parameter of its `run`, the result is what `run` resolves to.
 *
 * It works from the application's bootstrap on (`onApplicationBootstrap`, not `onModuleInit`) and not in the code of a workflow, where a call
 * would be made again at every replay: there, use it in an activity.
 *
 * @example
 * ```ts
 * constructor(private readonly workflows: WorkflowClient) {}
 *
 * const handle = await this.workflows.start(OrderWorkflow, order, { instanceId: `order-${order.orderId}` });
 * const result = await handle.result({ timeout: '10s' });
 * ```
 */
export class WorkflowClient {
  readonly #host: EngineHost;
  readonly #names: WorkflowNames;
  readonly #manager: EntityManager | undefined;
  readonly #events: ClientEvents | undefined;

  /** Made by the module; inject it. */
  constructor(host: EngineHost, names: WorkflowNames, manager?: EntityManager, events?: ClientEvents) {
    this.#host = host;
    this.#names = names;
    this.#manager = manager;
    this.#events = events;
  }

  /**
   * Starts an instance. Resolves when it is stored: from then on it reaches an end, whatever happens to this process.
   *
   * Inside a transactional activity the start belongs to the activity's transaction, and with {@link withManager} to the caller's: the
   * instance then appears, and begins, with that commit, and never after a roll-back.
   *
   * @throws WorkflowNotRegisteredError when no module provides the class.
   * @throws InvalidInputError when the workflow has an input schema and the input does not match it.
   * @throws InstanceConflictError when the id belongs to another workflow, or with `onConflict: 'fail'`.
   * @throws UnstorableValueError, PayloadTooLargeError for an input that cannot be stored.
   */
  async start<C extends WorkflowType>(
    workflow: C,
    ...[input, options = {}]: InputAnd<C, StartOptions>
  ): Promise<WorkflowHandle<WorkflowResult<C>, WorkflowInput<C>>> {
    refuseInWorkflow('start');
    const { engine } = this.#host;
    const { instanceId, onConflict, traceContext } = options;
    const transaction = this.#transaction();
    const report = await engine.startInstance({
      workflowName: await this.#names.nameOf(workflow, transaction !== undefined),
      input: await this.#names.accept(workflow, input),
      ...(instanceId === undefined ? {} : { instanceId }),
      ...(onConflict === undefined ? {} : { onConflict }),
      ...(traceContext ? { traceContext } : {}),
      ...(transaction ? { transaction } : {}),
    });
    return new WorkflowHandle(this.#host, report.instanceId, report.created);
  }

  /**
   * Starts an instance and waits for its result.
   * @throws WaitInTransactionError inside a transaction, which the instance would wait for.
   * @throws as {@link start} and `WorkflowHandle.result`.
   */
  async execute<C extends WorkflowType>(
    workflow: C,
    ...[input, options = {}]: InputAnd<C, ExecuteOptions>
  ): Promise<WorkflowResult<C>> {
    refuseInWorkflow('execute');
    if (this.#manager !== undefined || isInTransaction())
      throw new WaitInTransactionError(await this.#names.nameOf(workflow, true));
    const { timeout, ...startOptions } = options;
    const handle = await this.start(workflow, ...([input, startOptions] as InputAnd<C, StartOptions>));
    return handle.result(timeout === undefined ? {} : { timeout });
  }

  /** A handle for an id; nothing is looked up until it is used. Give the class to have the types of its input and result. */
  handle(instanceId: string): WorkflowHandle;
  handle<C extends WorkflowType>(workflow: C, instanceId: string): WorkflowHandle<WorkflowResult<C>, WorkflowInput<C>>;
  handle(...args: [instanceId: string] | [workflow: WorkflowType, instanceId: string]): WorkflowHandle {
    const instanceId = args.length === 1 ? args[0] : args[1];
    return new WorkflowHandle(this.#host, instanceId, false);
  }

  /**
   * Everything about one instance.
   * @throws InstanceNotFoundError
   */
  async get(instanceId: string): Promise<InstanceInfo> {
    return this.handle(instanceId).get();
  }

  /**
   * A page of instances, the newest first.
   *
   * @example
   * ```ts
   * const page = await client.list({ status: 'failed', startedAfter: new Date('2026-01-01'), input: { 'order.sku': 'widget' } });
   * const next = await client.list({ status: 'failed', pageToken: page.nextPageToken ?? undefined });
   * ```
   */
  async list(filter: WorkflowFilter = {}): Promise<InstanceInfoPage> {
    refuseInWorkflow('list');
    return this.#host.engine.list(toInstanceFilter(filter));
  }

  /**
   * Asks for the end of an instance, see `WorkflowHandle.cancel`.
   * @throws InstanceNotFoundError, InstanceNotCancellableError
   */
  async cancel(instanceId: string, reason?: string): Promise<void> {
    await this.handle(instanceId).cancel(reason);
  }

  /**
   * Tries an instance again, in its newest generation. A blocked one goes on. For a failed or cancelled one, a new instance with the same input
   * starts, `continuedFrom` the old one, which stays as it is; handles and results of the old id follow. Resolves when that is stored; asked for twice
   * at once, one instance starts.
   *
   * @throws InstanceNotFoundError, InstanceNotRetryableError (it runs, waits or has completed), WorkflowNotRegisteredError
   * @example
   * ```ts
   * const { kind, instanceId } = await client.retry('order-17');   // 'restarted', 'order-17~2'
   * ```
   */
  async retry(instanceId: string): Promise<RetryReport> {
    refuseInWorkflow('retry');
    return this.#host.engine.retry(instanceId);
  }

  /**
   * Accepts a CloudEvent, as the HTTP route does: starts the workflows that declare its type, and wakes those that wait for it. Resolves when that
   * is durable; a repeated delivery (same source and id) changes nothing.
   *
   * @throws InvalidEventError when it is no CloudEvent, or its data does not match a declared schema; nothing is stored then.
   * @example
   * ```ts
   * await client.deliver({ id: payment.id, source: '/payments', type: 'order.paid', data: { orderId: '17' } });
   * ```
   */
  async deliver(event: IncomingEvent): Promise<DeliverReport> {
    refuseInWorkflow('deliver');
    return this.#clientEvents.deliver(event);
  }

  /**
   * Puts an event into the outbox, from where it is sent at least once (module option `outbox`). With {@link withManager}, and inside an activity,
   * it belongs to that transaction: no commit, no event.
   *
   * @returns the id of the event
   * @throws InvalidEventError, UnstorableValueError
   * @example
   * ```ts
   * await client.withManager(manager).emit(orderPlaced, order, { subject: order.orderId });
   * ```
   */
  async emit<Data>(type: EventToken<Data> | string, data: NoInfer<Data>, options: EmitOptions = {}): Promise<string> {
    refuseInWorkflow('emit');
    const transaction = this.#manager && foreignTransaction(this.#manager);
    return this.#clientEvents.emit(type, data, options, transaction);
  }

  get #clientEvents(): ClientEvents {
    if (!this.#events) throw new EngineStateError('use events', 'made by hand');
    return this.#events;
  }

  /**
   * Publishes on a channel. Resolves with the message's id when it is stored: from then on every subscriber gets it. Inside a transactional
   * activity, and with {@link withManager}, it belongs to that transaction and appears with its commit.
   *
   * @throws InvalidChannelError, UnstorableValueError, PayloadTooLargeError
   *
   * @example
   * ```ts
   * await client.publish(shipments, { orderId: '17' });
   * ```
   */
  async publish<Data>(
    channel: ChannelToken<Data> | string,
    data: NoInfer<Data>,
    options: MessageOptions = {},
  ): Promise<string> {
    refuseInWorkflow('publish');
    return this.#host.engine.publish(this.#request(channel, data, options));
  }

  /**
   * Writes to the direct channel of one instance, or of the newest generation that continues it.
   *
   * @throws InstanceNotFoundError, InvalidChannelError, UnstorableValueError, PayloadTooLargeError
   */
  async sendTo<Data>(
    instanceId: string,
    channel: ChannelToken<Data> | string,
    data: NoInfer<Data>,
    options: MessageOptions = {},
  ): Promise<string> {
    refuseInWorkflow('sendTo');
    return this.#host.engine.sendTo(instanceId, this.#request(channel, data, options));
  }

  /**
   * A client whose starts, messages and events are part of the caller's own transaction.
   *
   * @example
   * ```ts
   * await this.dataSource.transaction(async (manager) => {
   *   await manager.insert(Order, order);
   *   await this.workflows.withManager(manager).start(OrderWorkflow, order, { instanceId: `order-${order.orderId}` });
   * });
   * ```
   */
  withManager(manager: EntityManager): WorkflowClient {
    return new WorkflowClient(this.#host, this.#names, manager, this.#events);
  }

  #transaction(): ForeignTransaction | undefined {
    return this.#manager ? foreignTransaction(this.#manager) : currentTransaction();
  }

  #request(channel: ChannelToken | string, data: unknown, { metadata, messageId }: MessageOptions): PublishRequest {
    const name = typeof channel === 'string' ? channel : channel.name;
    return { channel: name, data, metadata, messageId, transaction: this.#transaction() };
  }
}
