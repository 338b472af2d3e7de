import type { RetainedRow, RetentionPosition } from '../ports/retention.js';
import type { Storage } from '../ports/storage.js';
import { Archivist } from './archivist.js';
import { Remover } from './remover.js';
import type { InstanceRetentionOptions } from './retention-options.js';
import { RetentionPolicy } from './retention-policy.js';
import type { RetentionRun } from './retention-run.js';

const BATCH = 100;
/** Instances of one transaction, about: whoever else writes waits for it. */
const TOGETHER = 25;
/** Databases bound the depth of such a query, and this is one transaction. */
const LINEAGE = 500;

type Stage = 'generations' | 'ends';

/**
 * Removes finished instances by a policy. Instances that continue each other (restarts, generations) go together, in one transaction, when the
 * last of them is due, so that none of their ids ever leads to another's result; of a long chain the middle goes before.
 */
export class InstanceRetention {
  readonly #policy: RetentionPolicy;
  readonly #batch: number;
  readonly #remover: Remover;
  #stage: Stage = 'generations';
  #position: RetentionPosition | null = null;

  constructor(
    private readonly storage: Pick<Storage, 'retention' | 'instances' | 'inspection'>,
    options: InstanceRetentionOptions,
    private readonly run: RetentionRun = {},
  ) {
    this.#policy = new RetentionPolicy(options);
    this.#batch = options.batch ?? BATCH;
    this.#remover = new Remover(storage.retention, new Archivist(storage, options.archive, run), run);
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
    const removed = await (stage === 'generations' ? this.#remover.links(page.rows) : this.#removeEnds(page.rows));
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

  /** Whole lines go together, so many to a transaction; what is over by now of one that is longer than a query reads goes before. */
  async #removeEnds(ends: readonly RetainedRow[]): Promise<number> {
    let removed = 0;
    let lines: (readonly RetainedRow[])[] = [];
    for (const end of ends) {
      if (this.run.signal?.aborted === true) break;
      const { line, links } = await this.#lineOf(end);
      removed += links;
      if (line.length > 0) lines.push(line);
      if (lines.flat().length < TOGETHER) continue;
      removed += await this.#remover.lines(lines);
      lines = [];
    }
    return lines.length === 0 ? removed : removed + (await this.#remover.lines(lines));
  }

  /** The instances that go with an end, the oldest first, none where one of them is not due; and how many links were removed to get there. */
  async #lineOf(end: RetainedRow): Promise<{ readonly line: readonly RetainedRow[]; readonly links: number }> {
    const alone = end.continuedFrom === null;
    for (let links = 0; ;) {
      const lineage = alone ? [end] : await this.storage.retention.ancestry(end.instanceId, LINEAGE);
      const [last, ...before] = lineage;
      if (last === undefined || !this.#policy.isDue(last)) return { line: [], links };
      const due = before.filter((row) => this.#policy.isDue(row));
      if (lineage.at(-1)?.continuedFrom === null)
        return { line: due.length < before.length ? [] : lineage.toReversed(), links };
      const removed = await this.#remover.links(due.toReversed());
      links += removed;
      // What is left is in the way of the rest; in a rehearsal everything is left.
      if (removed < due.length || due.length === 0 || this.run.dryRun === true) return { line: [], links };
    }
  }
}
