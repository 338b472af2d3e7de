import type {
  BoundedCount,
  GenerationPage,
  HistoryExcerpt,
  HistoryRow,
  InspectionStore,
  LeaseCount,
  OutboxRow,
  OutboxStatus,
  SiblingWait,
  StatusCount,
  StepTiming,
  SystemLock,
} from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { toNumber } from '../entities/transformers.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlRow, type SqlStatement } from '../sql/statement.js';
import { historyPage, toHistoryRow, type HistoryTable } from '../stores/history.store.js';
import { activityProgram, countsProgram } from './counts.js';
import { generationsProgram } from './generations.js';
import { historyExcerptOf, historyExcerpts } from './history-excerpt.js';
import { outboxRowOf, outboxRows } from './outbox-rows.js';
import { timingsProgram } from './timings.js';

/** What people look at: each query finds its rows through an index and ends at a limit. */
export class TypeOrmInspectionStore implements InspectionStore {
  constructor(private readonly backend: Backend) {}

  async history(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]> {
    const page = { instanceId, afterId, limit };
    const rows = await this.#rows(historyPage(this.backend.dialect, await this.#historyTable(instanceId), page));
    return rows.map(toHistoryRow);
  }

  async historyExcerpt(
    instanceId: string,
    afterId: number,
    limit: number,
    maxCharacters: number,
  ): Promise<readonly HistoryExcerpt[]> {
    const page = { instanceId, afterId, limit };
    const table = await this.#historyTable(instanceId);
    const rows = await this.#rows(historyExcerpts(this.backend.dialect, table, page, maxCharacters));
    return rows.map(historyExcerptOf);
  }

  async source(workflowName: string, sourceHash: string): Promise<string | undefined> {
    const text = 'SELECT source_code FROM workflow_definitions WHERE workflow_name = ? AND source_hash = ?';
    const [row] = await this.#rows(sql(text, [workflowName, sourceHash]));
    return row?.['source_code'] as string | undefined;
  }

  generations(instanceId: string, limit: number): Promise<GenerationPage> {
    return this.backend.read(generationsProgram(this.backend.dialect, instanceId, limit));
  }

  async groups(instanceId: string): Promise<readonly string[]> {
    const text = 'SELECT group_name FROM workflow_group_memberships WHERE instance_id = ? ORDER BY id';
    return (await this.#rows(sql(text, [instanceId]))).map((row) => row['group_name'] as string);
  }

  async siblingWaits(instanceId: string): Promise<readonly SiblingWait[]> {
    const rows = await this.#rows(
      sql(
        `SELECT s.channel, s.activity_id, ${this.backend.dialect.toMs('s.timeout_at')} AS timeout_at FROM channel_subscriptions s` +
          ' WHERE s.instance_id = ? AND s.activity_id IS NOT NULL ORDER BY s.id',
        [instanceId],
      ),
    );
    return rows.map((row) => ({
      channel: row['channel'] as string,
      stepId: row['activity_id'] as string,
      timeoutAt: toNumber(row['timeout_at']),
    }));
  }

  async outbox(filter: Parameters<InspectionStore['outbox']>[0]): Promise<readonly OutboxRow[]> {
    return (await this.#rows(outboxRows(this.backend.dialect, filter))).map(outboxRowOf);
  }

  counts(limit: number): Promise<{
    readonly instances: readonly StatusCount[];
    readonly outbox: readonly StatusCount<OutboxStatus>[];
  }> {
    return this.backend.read(countsProgram(this.backend.dialect, limit));
  }

  activity(
    since: number,
    limit: number,
  ): Promise<{ readonly started: BoundedCount; readonly ended: readonly StatusCount[] }> {
    return this.backend.read(activityProgram(this.backend.dialect, since, limit));
  }

  timings(since: number, limit: number): Promise<readonly StepTiming[]> {
    return this.backend.read(timingsProgram(this.backend.dialect, since, limit));
  }

  async leases(limit: number): Promise<readonly LeaseCount[]> {
    const { dialect } = this.backend;
    const rows = await this.#rows(
      sql(
        `SELECT l.worker, COUNT(*) AS instances, MIN(l.expires) AS expires FROM (SELECT ${dialect.holder('i.locked_by')} AS worker,` +
          ` ${dialect.toMs('i.lock_expires_at')} AS expires FROM workflow_instances i${dialect.throughIndex('idx_instances_lock_expires')}` +
          ' WHERE i.lock_expires_at IS NOT NULL AND i.locked_by IS NOT NULL ORDER BY i.lock_expires_at LIMIT ?) l' +
          ' GROUP BY l.worker ORDER BY l.worker',
        [limit],
      ),
    );
    return rows.map((row) => ({
      workerId: row['worker'] as string,
      instances: Number(row['instances']),
      earliestExpiry: Number(row['expires']),
    }));
  }

  async locks(): Promise<readonly SystemLock[]> {
    const expires = this.backend.dialect.toMs('lock_expires_at');
    const text = `SELECT lock_name, locked_by, ${expires} AS expires FROM system_locks WHERE locked_by IS NOT NULL ORDER BY lock_name`;
    return (await this.#rows(sql(text))).map((row) => ({
      name: row['lock_name'] as string,
      holder: row['locked_by'] as string,
      expiresAt: toNumber(row['expires']),
    }));
  }

  async #historyTable(instanceId: string): Promise<HistoryTable> {
    const rows = await this.#rows(sql('SELECT status FROM workflow_instances WHERE instance_id = ?', [instanceId]));
    return rows[0]?.['status'] === 'recurred' ? 'workflow_history_archive' : 'workflow_history';
  }

  #rows(statement: SqlStatement): Promise<readonly SqlRow[]> {
    return this.backend.read(rowsOf(statement));
  }
}

function* rowsOf(statement: SqlStatement): SqlProgram<readonly SqlRow[]> {
  return (yield* runOne(statement)).rows;
}
