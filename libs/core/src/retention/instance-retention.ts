import { exportHistory } from '../history/export-history.js';
import { silentLogger, type Logger } from '../ports/logger.js';
import type { RetainedRow, RetentionPosition } from '../ports/retention.js';
import type { Storage } from '../ports/storage.js';
import { withResolvers } from '../runtime/with-resolvers.js';
import type { InstanceRetentionOptions } from './retention-options.js';
import { RetentionPolicy } from './retention-policy.js';

const BATCH = 100;
/** Databases bound the depth of such a query, and this is one transaction. */
const LINEAGE = 500;

export interface RetentionRun {
  /** Nothing is archived or removed. */
  readonly dryRun?: boolean;
  /** Hears of each instance that is removed, or would be. */
  readonly onRemoved?: (instance: RetainedRow) => void;
  readonly logger?: Logger;
  /** Ends the run early: what is being archived just now is kept. */
  readonly signal?: AbortSignal;
}

type Stage = 'generations' | 'ends';

/**
 * Removes finished instances by a policy. Instances that continue each other (restarts, generations) go together, in one transaction, when the
 * last of them is due, so that none of their ids ever leads to another's result; of a long chain the middle goes before.
 */
export class InstanceRetention {
  readonly #policy: RetentionPolicy;
  readonly #batch: number;
  #stage: Stage = 'generations';
  #position: RetentionPosition | null = null;

  constructor(
    private readonly storage: Pick<Storage, 'retention' | 'instances' | 'inspection'>,
    private readonly options: InstanceRetentionOptions,
    private readonly run: RetentionRun = {},
  ) {
    this.#policy = new RetentionPolicy(options);
    this.#batch = options.batch ?? BATCH;
  }

  /** Looks at the next batch; answers how many were removed, and whether there is more to look at. */
  async pass(): Promise<{ readonly removed: number; readonly more: boolean }> {
    const stage = this.#stage;
    const terms = this.#policy[stage];
    const page =
      terms.length === 0
        ? { rows: [], next: null }
        : await this.storage.retention.finished(stage, terms, this.#position, this.#batch);
    this.#position = page.next;
    if (page.next === null) this.#stage = stage === 'generations' ? 'ends' : 'generations';
    let removed = 0;
    if (stage === 'generations') removed = await this.#remove(page.rows, 'links');
    else
      for (const end of page.rows) {
        if (this.#stopped()) break;
        removed += await this.#removeLineage(end);
      }
    return { removed, more: page.next !== null || stage === 'generations' };
  }

  /** Everything that is due by now; answers how many were removed. */
  async all(): Promise<number> {
    let removed = 0;
    for (let more = true; more;) {
      const pass = await this.pass();
      removed += pass.removed;
      more = pass.more;
    }
    return removed;
  }

  #stopped(): boolean {
    return this.run.signal?.aborted === true;
  }

  async #removeLineage(end: RetainedRow): Promise<number> {
    let removed = 0;
    for (;;) {
      const lineage = await this.storage.retention.ancestry(end.instanceId, LINEAGE);
      const [last, ...before] = lineage;
      if (last === undefined || !this.#policy.isDue(last)) return removed;
      const due = before.filter((row) => this.#policy.isDue(row));
      if (lineage.at(-1)?.continuedFrom === null) {
        if (due.length < before.length) return removed;
        return removed + (await this.#remove(lineage.toReversed(), 'whole'));
      }
      const links = await this.#remove(due.toReversed(), 'links');
      removed += links;
      // What is left is in the way of the rest; in a rehearsal everything is left.
      if (links < due.length || due.length === 0 || this.run.dryRun === true) return removed;
    }
  }

  /** The oldest first. Of a whole, one that the archive does not take keeps all. */
  async #remove(rows: readonly RetainedRow[], how: 'whole' | 'links'): Promise<number> {
    const archived: RetainedRow[] = [];
    for (const row of rows) if (this.run.dryRun === true || (await this.#archive(row))) archived.push(row);
    if (archived.length === 0 || (how === 'whole' && archived.length < rows.length)) return 0;
    const ids = archived.map((row) => row.instanceId);
    const removed = this.run.dryRun === true ? ids.length : await this.storage.retention.remove(ids, how);
    if (removed > 0) for (const row of archived) this.run.onRemoved?.(row);
    return removed;
  }

  async #archive({ instanceId, workflowName }: RetainedRow): Promise<boolean> {
    const { archive } = this.options;
    const { logger = silentLogger, signal } = this.run;
    if (this.#stopped()) return false;
    if (archive === undefined) return true;
    const handOver = async (): Promise<unknown> => archive(await exportHistory(this.storage, instanceId));
    try {
      await unlessAborted(handOver(), signal);
      return true;
    } catch (error) {
      if (this.#stopped()) return false;
      logger.warn(`Instance ${instanceId} could not be archived; it is kept, and tried again later.`, {
        instanceId,
        workflowName,
        error: String(error),
      });
      return false;
    }
  }
}

/** Rejects as soon as the signal fires, whatever becomes of the work. */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  const { promise, reject } = withResolvers<never>();
  const abort = (): void => {
    reject(signal?.reason);
  };
  signal?.addEventListener('abort', abort);
  try {
    await Promise.race([work, promise]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
