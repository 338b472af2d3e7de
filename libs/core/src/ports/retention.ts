import type { InstanceStatus, TerminalStatus } from './instance.js';

/** Instances that ended so, so long ago, may be removed. */
export interface RetentionTerm {
  readonly status: TerminalStatus;
  readonly olderThanMs: number;
  /** Only those of this workflow, or all but those of these workflows. */
  readonly workflow: { readonly only: string } | { readonly except: readonly string[] };
}

/** What retention looks at. */
export interface RetainedRow {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly framework: string;
  readonly status: InstanceStatus;
  readonly continuedFrom: string | null;
  /** How long ago it was changed last, by the database's clock; a terminal one has ended then. */
  readonly ageMs: number;
}

/** Where a page of {@link RetentionStore.finished} ended. */
export interface RetentionPosition {
  /** Milliseconds. */
  readonly endedAt: number;
  readonly instanceId: string;
}

export interface FinishedPage {
  readonly rows: readonly RetainedRow[];
  /** Null at the end. */
  readonly next: RetentionPosition | null;
}

/** Removal of finished instances of ours; a sibling's are neither found nor touched. */
export interface RetentionStore {
  /**
   * Instances that one of the terms covers, those that ended first first. `ends`: those that nothing continues; `generations`: those in the
   * middle of a chain, neither its first nor its last.
   */
  finished(
    what: 'ends' | 'generations',
    terms: readonly RetentionTerm[],
    after: RetentionPosition | null,
    limit: number,
  ): Promise<FinishedPage>;
  /** The instance, what it continues, what that continues, and so on; at most `limit` rows. */
  ancestry(instanceId: string, limit: number): Promise<readonly RetainedRow[]>;
  /**
   * Removes terminal instances of ours with every row that belongs to them, in one transaction; answers the ids of those that are gone by it. Of
   * each line all or, where one is not terminal, not ours, gone, or continued by an instance that is not in the line, none.
   */
  removeLines(lines: readonly (readonly string[])[]): Promise<readonly string[]>;
  /** As {@link removeLines}, those of them that are terminal; what continued them then continues what they continued. */
  removeLinks(instanceIds: readonly string[]): Promise<readonly string[]>;
}
