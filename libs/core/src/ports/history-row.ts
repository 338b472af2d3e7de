/** Event types of `workflow_history`, as the family writes them. */
export type HistoryEventType =
  | 'ActivityCompleted'
  | 'ActivityFailed'
  | 'TimerExpired'
  | 'ChannelMessageReceived'
  | 'MessageTimeout'
  | 'EventReceived'
  | 'CompensationExecuted'
  | 'CompensationFailed'
  | 'WorkflowFailed'
  | 'WorkflowCancelled';

/** A history row to be inserted. */
export interface NewHistoryRow {
  readonly activityId: string;
  readonly eventType: string;
  /** JSON text. */
  readonly data: string | null;
  /** When set, `data_type` is `binary` and the bytes go to `event_data_binary` (data may stand beside them). */
  readonly binary: Uint8Array | null;
  /** Stamp of the event in milliseconds, corrected to the database's clock (E6a). */
  readonly time: number;
}

/** A stored history row. */
export interface HistoryRow extends NewHistoryRow {
  readonly id: number;
}

/** A position in the history of an instance. */
export interface HistoryPlace {
  readonly instanceId: string;
  readonly afterId: number;
}

export interface HistoryStore {
  /** Rows with id greater than `afterId`, ordered by id, at most `limit` (callers page). */
  read(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]>;
  /** The same for several instances at once: one list for each place, each of at most `limit` rows. */
  readMany(places: readonly HistoryPlace[], limit: number): Promise<readonly (readonly HistoryRow[])[]>;
}
