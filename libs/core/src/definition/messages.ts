import type { Duration } from './duration.js';

/** A message as a workflow gets it. */
export interface ReceivedMessage<Data = unknown> {
  readonly id: string;
  /** As the receiver names it: a direct channel without the instance. */
  readonly channel: string;
  readonly data: Data;
  /** What the publisher put beside the data; empty for nothing. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly publishedAt: Date;
}

/** A CloudEvent as a workflow gets it. */
export interface ReceivedEvent<Data = unknown> {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string | undefined;
  readonly time: Date | undefined;
  readonly dataContentType: string | undefined;
  /** Extension attributes by name. */
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly data: Data;
}

/**
 * How a channel is read. `broadcast`: every subscriber gets every message. `competing`: every message goes to one subscriber. `direct`: the
 * channel of this name that belongs to the instance alone; `sendTo` writes there.
 */
export type ChannelMode = 'broadcast' | 'competing' | 'direct';

/** What every wait takes. */
export interface WaitOptions {
  /** After this time the wait rejects with WaitTimeoutError. Counted from the call, stored once, never extended by a replay. Default none. */
  readonly timeout?: Duration;
  /** Withdraws the wait when it aborts: the promise then never settles, and no message is taken. */
  readonly signal?: AbortSignal;
  /** Replaces the counter in the step id; unique per channel within the instance. */
  readonly stepKey?: string;
}

export interface ReceiveOptions extends WaitOptions {
  /** How to subscribe where the instance has not yet. Default the mode of the channel's token, else `broadcast`. */
  readonly mode?: ChannelMode;
}

export interface EventOptions extends WaitOptions {
  /** Only events with this key: what the event's definition takes from its data, or its subject. Default any event of the type. */
  readonly key?: string;
}

export interface PublishOptions {
  /** A JSON object beside the data. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Replaces the counter in the step id. */
  readonly stepKey?: string;
}
