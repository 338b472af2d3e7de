import { CommitUnknownError, EntryConflictError } from '../errors/storage-errors.js';
import { emptyEntry, type CommitEntry, type EntryVerdict } from '../ports/commit.js';
import type { InstanceRow, NewInstance } from '../ports/instance.js';
import type { Storage } from '../ports/storage.js';
import type { Committer } from './committer.js';
import { pause } from './pause.js';

/**
 * Settles an entry whose commit is unknown (E9b): it is submitted again. The second write waits on the row lock of the first if that is still
 * under way; then either it succeeds (the first was lost), or it meets what the first has left behind, which is the proof that it was written.
 */
export class UnknownCommits {
  constructor(
    private readonly storage: Storage,
    private readonly committer: Committer,
  ) {}

  async resolve(entry: CommitEntry): Promise<EntryVerdict> {
    for (;;) {
      try {
        const verdict = await this.committer.write(entry);
        if (verdict.kind === 'exists' && entry.create && isFrom(entry.create, verdict.row)) return { kind: 'done' };
        if (verdict.kind === 'refused' && (await this.#written(entry, verdict.row))) return { kind: 'done' };
        return verdict;
      } catch (error) {
        if (error instanceof EntryConflictError && (await this.#written(entry, undefined))) return { kind: 'done' };
        if (!(error instanceof CommitUnknownError)) throw error;
        await pause(200);
      }
    }
  }

  /**
   * What became of an entry in a user's transaction, which nobody can write again: undefined when it was lost. An empty entry waits on the
   * instance's row until the unknown commit is decided; then the history tells.
   */
  async ofTransaction(entry: CommitEntry): Promise<EntryVerdict | undefined> {
    const { instanceId, fence, settling } = entry;
    try {
      const verdict = await this.resolve({ ...emptyEntry(instanceId, fence), settling, removeTimers: ['$unknown'] });
      if (await this.#written(entry, undefined)) return { kind: 'done' };
      return verdict.kind === 'done' ? undefined : verdict;
    } catch (error) {
      throw new CommitUnknownError('It could not be found out whether a transaction was committed.', { cause: error });
    }
  }

  async #written(entry: CommitEntry, row: InstanceRow | undefined): Promise<boolean> {
    if (entry.recur !== null) {
      // Its history went to the archive; what it has left behind is the next generation.
      const next = await this.storage.instances.get(entry.recur.instanceId);
      return next !== undefined && isFrom(entry.recur, next);
    }
    if (entry.history.length > 0) {
      return this.#find(entry.instanceId, new Map(entry.history.map((history) => [history.activityId, history.data])));
    }
    // An entry without rows is a park, an end or a release: only its own commit leaves the lock empty with this status.
    return (
      row !== undefined &&
      entry.release &&
      row.lockedBy === null &&
      (entry.status === null || row.status === entry.status)
    );
  }

  async #find(instanceId: string, wanted: Map<string, string | null>): Promise<boolean> {
    let after = 0;
    for (;;) {
      const rows = await this.storage.history.read(instanceId, after, 1000);
      for (const row of rows) {
        if (wanted.has(row.activityId) && wanted.get(row.activityId) === row.data) wanted.delete(row.activityId);
      }
      const last = rows.at(-1);
      if (wanted.size === 0) return true;
      if (!last || rows.length < 1000) return false;
      after = last.id;
    }
  }
}

/** Whether this start has written the row: one that was locked knows its token, another worker may have taken one that was not. */
function isFrom(start: NewInstance, row: InstanceRow): boolean {
  if (start.lock) return row.lockedBy === start.lock.token;
  return row.startedAt === start.startedAt && row.workflowName === start.workflowName && row.input === start.input;
}
