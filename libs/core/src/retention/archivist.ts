import { InstanceNotFoundError } from '../errors/instance-not-found-error.js';
import { exportHistory } from '../history/export-history.js';
import type { RecordedHistory } from '../history/recorded-history.js';
import { silentLogger } from '../ports/logger.js';
import type { RetainedRow } from '../ports/retention.js';
import type { Storage } from '../ports/storage.js';
import { withResolvers } from '../runtime/with-resolvers.js';
import type { RetentionRun } from './retention-run.js';
import type { InstanceRetentionOptions } from './retention-options.js';

/** Hands instances to the archive before they are removed. */
export class Archivist {
  constructor(
    private readonly storage: Pick<Storage, 'instances' | 'inspection'>,
    private readonly archive: InstanceRetentionOptions['archive'],
    private readonly run: Pick<RetentionRun, 'logger' | 'signal'>,
  ) {}

  /** Whether the instance is archived, or need not be. What cannot be archived is reported. */
  async take({ instanceId, workflowName }: RetainedRow): Promise<boolean> {
    const { archive } = this;
    const { logger = silentLogger, signal } = this.run;
    if (signal?.aborted === true) return false;
    if (archive === undefined) return true;
    const handOver = async (): Promise<unknown> => {
      const record = await this.#recordOf(instanceId);
      return record && archive(record);
    };
    try {
      await unlessAborted(handOver(), signal);
      return true;
    } catch (error) {
      if (this.run.signal?.aborted === true) return false;
      logger.warn(`Instance ${instanceId} could not be archived; it is kept, and tried again later.`, {
        instanceId,
        workflowName,
        error: String(error),
      });
      return false;
    }
  }

  async takeAll(rows: readonly RetainedRow[]): Promise<boolean> {
    for (const row of rows) if (!(await this.take(row))) return false;
    return true;
  }

  /** Undefined where somebody else has removed it meanwhile. */
  async #recordOf(instanceId: string): Promise<RecordedHistory | undefined> {
    try {
      return await exportHistory(this.storage, instanceId);
    } catch (error) {
      if (error instanceof InstanceNotFoundError) return undefined;
      throw error;
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
