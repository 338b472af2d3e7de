import { StorageUnavailableError } from '../errors/storage-errors.js';
import { silentLogger } from '../ports/logger.js';
import type { RetainedRow, RetentionStore } from '../ports/retention.js';
import type { Archivist } from './archivist.js';
import type { RetentionRun } from './retention-run.js';

/** Archives instances and removes them; tells of those that are really gone. */
export class Remover {
  constructor(
    private readonly store: RetentionStore,
    private readonly archivist: Archivist,
    private readonly run: RetentionRun,
  ) {}

  /** Of each line all of it or nothing, the oldest first; the lines together in one transaction. Answers how many instances are gone. */
  async lines(lines: readonly (readonly RetainedRow[])[]): Promise<number> {
    if (this.run.dryRun === true) return this.#tell(lines.flat());
    const archived: (readonly RetainedRow[])[] = [];
    for (const line of lines) if (await this.archivist.takeAll(line)) archived.push(line);
    const gone = new Set(await this.#removeLines(archived));
    return this.#tell(archived.flat().filter(({ instanceId }) => gone.has(instanceId)));
  }

  /** Instances out of the middle of a chain. */
  async links(rows: readonly RetainedRow[]): Promise<number> {
    if (this.run.dryRun === true) return this.#tell(rows);
    const archived: RetainedRow[] = [];
    for (const row of rows) if (await this.archivist.take(row)) archived.push(row);
    const gone = new Set(await this.store.removeLinks(archived.map(({ instanceId }) => instanceId)));
    return this.#tell(archived.filter(({ instanceId }) => gone.has(instanceId)));
  }

  async #removeLines(lines: readonly (readonly RetainedRow[])[]): Promise<readonly string[]> {
    try {
      return await this.store.removeLines(lines.map((line) => line.map(({ instanceId }) => instanceId)));
    } catch (error) {
      if (error instanceof StorageUnavailableError) throw error;
      if (lines.length === 1) {
        this.#kept(lines[0]?.at(-1), error);
        return [];
      }
      // One that cannot be removed is in the way of none but itself.
      const each: string[] = [];
      for (const line of lines) each.push(...(await this.#removeLines([line])));
      return each;
    }
  }

  #kept(end: RetainedRow | undefined, error: unknown): void {
    const { logger = silentLogger } = this.run;
    const { instanceId = '', workflowName = '' } = end ?? {};
    // What the database itself says: a table of the application that refers to the instance, for example.
    const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
    logger.warn(`Instance ${instanceId} could not be removed; it is kept, and tried again later.`, {
      instanceId,
      workflowName,
      error: String(reason),
    });
  }

  #tell(gone: readonly RetainedRow[]): number {
    for (const row of gone) this.run.onRemoved?.(row);
    return gone.length;
  }
}
