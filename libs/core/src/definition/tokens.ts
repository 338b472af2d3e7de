import type { ChannelMode } from './messages.js';

declare const DATA: unique symbol;

/** An event type with the type of its data; made by `defineEvent`. */
export interface EventToken<Data = unknown> {
  readonly type: string;
  /** Takes the key from the data: each waiter is served and woken for its own. */
  readonly key?: ((data: Data) => string) | undefined;
  readonly [DATA]?: Data;
}

/** A channel name with the type of its messages; made by `defineChannel`. */
export interface ChannelToken<Data = unknown> {
  readonly name: string;
  readonly mode?: ChannelMode | undefined;
  readonly [DATA]?: Data;
}
