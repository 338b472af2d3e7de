/** What a write locks; it waits while a commit under way holds one of them. */
export interface LockedRows {
  readonly instanceIds?: readonly string[];
  /** Channels that it publishes to. */
  readonly channels?: readonly string[];
  /** Ids of messages that it takes. */
  readonly messages?: readonly number[];
}

/** One key for each row. */
export function locksOf(rows: LockedRows): readonly string[] {
  return Object.entries({
    instance: rows.instanceIds ?? [],
    channel: rows.channels ?? [],
    message: rows.messages ?? [],
  }).flatMap(([table, keys]) => keys.map((key) => `${table} ${key}`));
}
