import type {
  BlockRow,
  NewSubscription,
  NewWait,
  ResumeState,
  RunStateStore,
  StoredCompensation,
  TakeoverRow,
} from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { AttemptEntity } from '../entities/attempt.entity.js';
import { BlockEntity, type BlockRecord } from '../entities/block.entity.js';
import { CompensationEntity } from '../entities/compensation.entity.js';
import { RunEntity } from '../entities/run.entity.js';
import { TimerEntity } from '../entities/timer.entity.js';
import { readSubscriptions } from '../messages/subscription-query.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import { toTimerRow } from './timer.store.js';

/** What a resumed instance needs beside its history. */
export class TypeOrmRunStateStore implements RunStateStore {
  constructor(private readonly backend: Backend) {}

  async load(instanceId: string): Promise<ResumeState> {
    const [subscriptions, waits] = await this.backend.read(readMessaging(instanceId));
    return { ...(await this.#load(instanceId)), subscriptions, waits };
  }

  #load(instanceId: string): Promise<Omit<ResumeState, 'subscriptions' | 'waits'>> {
    const { manager } = this.backend.engine;
    const of = { where: { instance_id: instanceId } };
    return this.backend.find(async () => {
      const [timers, attempts, block, run, compensation] = [
        await manager.find(TimerEntity, { ...of, order: { id: 'ASC' } }),
        await manager.find(AttemptEntity, of),
        await manager.findOne(BlockEntity, of),
        await manager.findOne(RunEntity, of),
        await manager.findOne(CompensationEntity, { ...of, select: { id: true } }),
      ];
      return {
        timers: timers.map(toTimerRow).map(({ instanceId: _, ...timer }) => timer),
        attempts: attempts.map((row) => ({
          stepId: row.step_id,
          attempt: row.attempt,
          nextAt: row.next_at,
          firstStartedAt: row.first_started_at,
          errors: row.errors,
        })),
        block: block === null ? undefined : toBlockRow(block),
        takeovers: run?.takeovers ?? 0,
        hasCompensations: compensation !== null,
      };
    });
  }

  compensations(instanceId: string): Promise<readonly StoredCompensation[]> {
    return this.backend.find(async () => {
      const rows = await this.backend.engine.manager.find(CompensationEntity, {
        where: { instance_id: instanceId },
        order: { id: 'DESC' },
      });
      return rows.map((row) => ({
        id: row.id,
        activityId: row.activity_id,
        activityName: row.activity_name,
        args: row.args,
      }));
    });
  }

  block(instanceId: string): Promise<BlockRow | undefined> {
    return this.backend.find(async () => {
      const row = await this.backend.engine.manager.findOne(BlockEntity, { where: { instance_id: instanceId } });
      return row === null ? undefined : toBlockRow(row);
    });
  }

  waits(instanceId: string): Promise<readonly NewWait[]> {
    return this.backend.read(readWaits(instanceId));
  }

  clearBlock(instanceId: string): Promise<boolean> {
    return this.backend.write('clearing a block', 'autocommit', removeFrom('romancy_blocks', instanceId));
  }

  takeovers(instanceId: string): Promise<TakeoverRow | undefined> {
    return this.backend.find(async () => {
      const row = await this.backend.engine.manager.findOne(RunEntity, { where: { instance_id: instanceId } });
      return row === null ? undefined : { takeovers: row.takeovers, restsUntil: row.next_run_at };
    });
  }

  clearTakeovers(instanceId: string): Promise<boolean> {
    return this.backend.write('clearing take-overs', 'autocommit', removeFrom('romancy_runs', instanceId));
  }
}

function* readMessaging(instanceId: string): SqlProgram<readonly [readonly NewSubscription[], readonly NewWait[]]> {
  return [yield* readSubscriptions(instanceId), yield* readWaits(instanceId)];
}

function* readWaits(instanceId: string): SqlProgram<readonly NewWait[]> {
  const { rows } = yield* runOne(
    sql(
      'SELECT step_id, channel, wait_key, after_id, since FROM romancy_waits WHERE instance_id = ? ORDER BY step_id',
      [instanceId],
    ),
  );
  return rows.map((row) => ({
    stepId: row['step_id'] as string,
    channel: row['channel'] as string,
    key: row['wait_key'] as string | null,
    after: Number(row['after_id']),
    since: row['since'] === null ? null : Number(row['since']),
  }));
}

function* removeFrom(table: string, instanceId: string): SqlProgram<boolean> {
  const { affected } = yield* runOne(sql(`DELETE FROM ${table} WHERE instance_id = ?`, [instanceId]));
  return affected > 0;
}

function toBlockRow(record: BlockRecord): BlockRow {
  return {
    codeVersion: record.code_version,
    code: record.code,
    explanation: record.explanation,
    blockedAt: record.blocked_at,
  };
}
