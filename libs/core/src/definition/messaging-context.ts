import type { ChannelToken, EventToken } from './tokens.js';
import type {
  ChannelMode,
  EventOptions,
  PublishOptions,
  ReceivedEvent,
  ReceivedMessage,
  ReceiveOptions,
} from './messages.js';

/** What runs against each other in a race: one function for each result that may win. */
export type RaceBranches<Results extends readonly unknown[]> = {
  readonly [Branch in keyof Results]: (signal: AbortSignal) => Promise<Results[Branch]>;
};

/** The part of a workflow's context that waits, talks and listens. Each operation is in the history in the transaction of its effect. */
export interface MessagingContext<Input = unknown> {
  /**
   * Waits for an event of this type: the oldest one since the instance started that it has not had yet. Rejects with WaitTimeoutError.
   *
   * @example
   * const paid = await ctx.waitEvent(orderPaid, { key: order.orderId, timeout: '2d' });
   */
  waitEvent<Data = unknown>(type: EventToken<Data> | string, options?: EventOptions): Promise<ReceivedEvent<Data>>;
  /**
   * Begins to listen to a channel: messages published from now on (all stored ones for a direct channel). A second call changes nothing.
   * Rejects with ChannelModeConflictError where live subscribers use another mode.
   */
  subscribe(channel: ChannelToken | string, mode?: ChannelMode): Promise<void>;
  /** Stops listening. Messages that were not received are not for this instance any more. */
  unsubscribe(channel: ChannelToken | string): Promise<void>;
  /** Waits for the next message of a channel; subscribes where the instance has not yet. Rejects with WaitTimeoutError. */
  receive<Data = unknown>(
    channel: ChannelToken<Data> | string,
    options?: ReceiveOptions,
  ): Promise<ReceivedMessage<Data>>;
  /** The messages of a channel, one after another, without an end: leave the loop with `break`, `return` or `recur`. */
  messages<Data = unknown>(
    channel: ChannelToken<Data> | string,
    options?: Omit<ReceiveOptions, 'stepKey'>,
  ): AsyncIterable<ReceivedMessage<Data>>;
  /** Publishes on a channel, once, with the instance's next commit. Resolves with the message's id. */
  publish<Data>(channel: ChannelToken<Data> | string, data: NoInfer<Data>, options?: PublishOptions): Promise<string>;
  /** Writes to the direct channel of one instance (the newest of its generations). Rejects with InstanceNotFoundError. */
  sendTo<Data>(
    instanceId: string,
    channel: ChannelToken<Data> | string,
    data: NoInfer<Data>,
    options?: PublishOptions,
  ): Promise<string>;
  /** Makes the instance a member of a group, until it leaves or ends. */
  joinGroup(group: string): Promise<void>;
  leaveGroup(group: string): Promise<void>;
  /** Ids of the instances that are members and have not ended. */
  groupMembers(group: string): Promise<readonly string[]>;
  /** Writes to the direct channel of every live member; resolves with how many there were. */
  publishToGroup<Data>(
    group: string,
    channel: ChannelToken<Data> | string,
    data: NoInfer<Data>,
    options?: PublishOptions,
  ): Promise<number>;
  /**
   * Ends this generation and starts the next one with this input and an empty history, in one transaction; subscriptions, groups and
   * compensations go on. Use it as `return ctx.recur(input)`. Rejects with RecurError while a step is open.
   */
  recur(input: Input): Promise<never>;
  /**
   * Runs waits against each other and withdraws the losers, so that they take no message and leave no timer. Each branch hands the signal on.
   *
   * @example
   * const first = await ctx.race([
   *   (signal) => ctx.waitEvent(approved, { signal }),
   *   (signal) => ctx.sleep('1h', { signal }).then(() => undefined),
   * ]);
   */
  race<Results extends readonly unknown[]>(branches: RaceBranches<Results>): Promise<Results[number]>;
}
