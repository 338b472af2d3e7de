import type { LivenessKind, WorkerCard, WorkerRow } from '@romancy/core';
import { hostname } from 'node:os';
import type { Backend } from '../connection/backend.js';
import { WorkerEntity } from '../entities/worker.entity.js';
import { runOne } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import { MYSQL_SERVER } from './session-lock.js';

/** The table of worker processes. */
export class WorkerList {
  constructor(
    private readonly backend: Backend,
    private readonly processKey: string,
  ) {}

  /**
   * Enters the worker, or gives a sign of life where it is entered already.
   *
   * @param server where its session is; default the one that is asked now
   */
  async put({ workerId, label, service }: WorkerCard, liveness: LivenessKind, server?: string): Promise<void> {
    const { dialect } = this.backend;
    const onMysql = dialect.name === 'mysql' || dialect.name === 'mariadb';
    const key = onMysql ? (server ?? null) : this.processKey;
    const values = [workerId, label, service, hostname(), process.pid, key, liveness];
    await this.backend.write(
      'the list of workers',
      'autocommit',
      runOne(
        sql(
          `INSERT INTO romancy_workers (worker_id, label, service, host, pid, process_key, liveness, started_at, seen_at)` +
            ` VALUES (?, ?, ?, ?, ?, ${onMysql ? `COALESCE(?, ${MYSQL_SERVER})` : '?'}, ?, ${dialect.nowMs}, ${dialect.nowMs})` +
            dialect.orReplace(['worker_id'], ['process_key', 'liveness', 'seen_at']),
          values.map((value) => (typeof value === 'string' ? value.slice(0, 255) : value)),
        ),
      ),
    );
  }

  async remove(workerId: string): Promise<void> {
    const statement = sql('DELETE FROM romancy_workers WHERE worker_id = ?', [workerId]);
    await this.backend.write('the list of workers', 'autocommit', runOne(statement));
  }

  async forget(silentMs: number): Promise<number> {
    const statement = sql(`DELETE FROM romancy_workers WHERE seen_at < ${this.backend.dialect.nowMs} - ?`, [silentMs]);
    return (await this.backend.write('the list of workers', 'autocommit', runOne(statement))).affected;
  }

  list(): Promise<readonly WorkerRow[]> {
    return this.backend.find(async () => {
      const rows = await this.backend.engine.manager.find(WorkerEntity, { order: { started_at: 'ASC' } });
      return rows.map((row) => ({
        workerId: row.worker_id,
        label: row.label,
        service: row.service,
        host: row.host,
        pid: row.pid,
        liveness: row.liveness,
        startedAt: row.started_at,
        seenAt: row.seen_at,
      }));
    });
  }
}
