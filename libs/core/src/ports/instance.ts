/** Value of the shared `framework` column that marks an instance as ours. Every scan filters by it (E20). */
export const FRAMEWORK = 'typescript';

/** Statuses of the family's shared schema. */
export const INSTANCE_STATUSES = [
  'running',
  'completed',
  'failed',
  'waiting_for_event',
  'waiting_for_timer',
  'waiting_for_message',
  'compensating',
  'cancelled',
  'recurred',
] as const;
export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

/** Statuses that never change again (P6). `recurred` ends this row; the chain goes on in its successor. */
export const TERMINAL_STATUSES = [
  'completed',
  'failed',
  'cancelled',
  'recurred',
] as const satisfies readonly InstanceStatus[];
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

export function isTerminal(status: InstanceStatus): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly InstanceStatus[]).includes(status);
}

/** A row of `workflow_instances`. Times are milliseconds since the epoch, JSON columns are undecoded text. */
export interface InstanceRow {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly sourceHash: string;
  readonly ownerService: string;
  readonly framework: string;
  readonly status: InstanceStatus;
  readonly currentActivityId: string | null;
  readonly continuedFrom: string | null;
  /** Exact start time (own column where present, else the shared one). */
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly input: string;
  readonly output: string | null;
  readonly lockedBy: string | null;
  readonly lockExpiresAt: number | null;
  readonly stage: string | null;
  readonly cancelRequestedAt: number | null;
  readonly cancelReason: string | null;
  /** First instance of the chain of generations; null for itself. Direct messages and keys of a chain are addressed by it. */
  readonly chain: string | null;
  /** Message id of the event that started it: its own waits do not see that event. */
  readonly startedBy: string | null;
  /** JSON text: the context of the trace that it was started in. */
  readonly trace: string | null;
}

/** What a start writes. The definition row must exist (see {@link DefinitionStore}). */
export interface NewInstance {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly sourceHash: string;
  readonly ownerService: string;
  readonly continuedFrom: string | null;
  readonly chain: string | null;
  readonly startedBy: string | null;
  /** JSON text, see {@link InstanceRow.trace}. */
  readonly trace: string | null;
  /** Milliseconds, already corrected to the database's clock; stored exactly in our own column and as the shared `started_at`. */
  readonly startedAt: number;
  readonly input: string;
  /** Lease to create it with; null creates it `running` and unlocked (E11a). */
  readonly lock: { readonly token: string; readonly leaseMs: number } | null;
}

/** An equality filter on a value inside the input JSON, for example `{ path: 'order.sku', value: 'widget' }`. */
export interface InputFilter {
  readonly path: string;
  readonly value: string | number | boolean | null;
}

export interface InstanceFilter {
  readonly status?: InstanceStatus | readonly InstanceStatus[];
  /** Case-insensitive substring; LIKE wildcards in it are literal. */
  readonly workflowName?: string;
  /** Case-insensitive substring; LIKE wildcards in it are literal. */
  readonly instanceId?: string;
  /** Inclusive, milliseconds. */
  readonly startedAfter?: number;
  /** Inclusive, milliseconds. */
  readonly startedBefore?: number;
  readonly input?: readonly InputFilter[];
  /** Default 50, maximum 1000. */
  readonly limit?: number;
  readonly pageToken?: string;
  /** Default {@link FRAMEWORK}; `null` lists the instances of every framework. */
  readonly framework?: string | null;
  /**
   * How many instances, at about, may be looked at for one page; a page may then be short, or empty, and still have a token to go on with.
   * Default: all, until the page is full.
   */
  readonly scanLimit?: number;
  /** `true`: the rows come with an empty `input` and no `output`, however large those are. Default false. */
  readonly withoutPayloads?: boolean;
}

export interface InstancePage {
  readonly instances: readonly InstanceRow[];
  readonly nextPageToken: string | null;
  readonly hasMore: boolean;
  /** Set where the limit of the scan ended the page: instances that started before this time, milliseconds, are still to be looked at. */
  readonly searchedTo?: number | undefined;
}

export type CancelRequestOutcome =
  /** Stored now. `row` is the instance after the update. */
  | { readonly kind: 'requested'; readonly row: InstanceRow }
  /** A request was there already; nothing changed. */
  | { readonly kind: 'already'; readonly row: InstanceRow }
  | { readonly kind: 'terminal'; readonly row: InstanceRow }
  /** Unknown id, or an instance of another framework. */
  | { readonly kind: 'unknown' };

export interface InstanceStore {
  get(instanceId: string): Promise<InstanceRow | undefined>;
  /** Rows of those ids that exist, in no particular order. */
  getMany(instanceIds: readonly string[]): Promise<readonly InstanceRow[]>;
  /** The newest generation that continues this instance: itself if nothing does. Follows `continued_from` forwards. */
  latest(instanceId: string): Promise<InstanceRow | undefined>;
  /** Newest first, keyset pages: order started_at DESC, instance_id DESC; token `<started_at ISO>||<instance_id>`. */
  list(filter: InstanceFilter): Promise<InstancePage>;
  /** Sets the cancel request columns by one conditional update (not terminal, ours, none requested yet). */
  requestCancel(instanceId: string, reason: string | null, now: number): Promise<CancelRequestOutcome>;
}
