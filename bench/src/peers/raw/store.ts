import type { WriteKind } from '../../sql/statements.js';

export type Write = readonly [kind: WriteKind, values: readonly unknown[]];

/** The plain driver. */
export interface RawStore {
  /** These writes in one transaction; a single one as a single statement. */
  commit(...writes: readonly Write[]): Promise<void>;
  close(): Promise<void>;
}

/** A store that also takes many writes of one kind as one statement, or what comes nearest to that. */
export interface BatchStore extends RawStore {
  commitBatch(batch: ReadonlyMap<WriteKind, readonly (readonly unknown[])[]>): Promise<void>;
}
