/** Modes of the family's schema; a direct channel is a broadcast one that only its instance reads. */
export type SubscriptionMode = 'broadcast' | 'competing';

/** A row of `channel_subscriptions`. An existing row with the same (instance, channel) wins. */
export interface NewSubscription {
  readonly channel: string;
  readonly mode: SubscriptionMode;
  /** Id of the last message that the instance has had, or that was there before it subscribed. Goes to the cursors of the family, too. */
  readonly cursor: number;
  /** Messages published before this time are not for it, milliseconds; null for no limit. */
  readonly since: number | null;
  /** Messages above the cursor, or young ones of siblings below it, that are not for it any more. */
  readonly seen: readonly number[];
  /** How far waits for a key have come beyond the cursor: the id of the last message that each has had. Default none. */
  readonly keys?: Readonly<Record<string, number>> | undefined;
}

/** An open wait of a parked instance: a row of `romancy_waits`. A step that waits on two channels has two. */
export interface NewWait {
  readonly stepId: string;
  readonly channel: string;
  /** Only messages with this key; null for any. */
  readonly key: string | null;
  /** Nothing with an id up to this one is for it: what the instance has had, or had found when it parked. */
  readonly after: number;
  /** Nothing published before this time is for it, milliseconds; null for no limit. */
  readonly since: number | null;
}

/** How far a subscription has come: both cursors of the family and our own. */
export interface CursorMove {
  readonly channel: string;
  readonly cursor: number;
}
