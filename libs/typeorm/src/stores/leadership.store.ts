import { CommitUnknownError, StorageUnavailableError, type LeadershipStore } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { placeholders, sql } from '../sql/statement.js';

/** Locks in the family's table `system_locks`. */
export class TypeOrmLeadershipStore implements LeadershipStore {
  constructor(private readonly backend: Backend) {}

  async acquire(lock: string, holder: string, leaseMs: number, dead: readonly string[]): Promise<boolean> {
    try {
      return await this.backend.write('leadership', 'transaction', this.#take(lock, holder, leaseMs, dead));
    } catch (error) {
      // If it was taken after all, it is ours: the next try extends it.
      if (error instanceof CommitUnknownError) throw new StorageUnavailableError(error.message, { cause: error });
      throw error;
    }
  }

  async release(lock: string, holder: string): Promise<void> {
    const text = `UPDATE system_locks SET locked_by = NULL, locked_at = NULL, lock_expires_at = NULL WHERE lock_name = ? AND locked_by = ?`;
    await this.backend.write('leadership', 'autocommit', runOne(sql(text, [lock, holder])));
  }

  *#take(lock: string, holder: string, leaseMs: number, dead: readonly string[]): SqlProgram<boolean> {
    const { dialect } = this.backend;
    const free = ['locked_by IS NULL', 'locked_by = ?', 'lock_expires_at IS NULL', `lock_expires_at <= ${dialect.now}`];
    if (dead.length > 0) free.push(`locked_by IN (${placeholders(dead.length)})`);
    const update = sql(
      `UPDATE system_locks SET locked_by = ?, locked_at = ${dialect.now}, lock_expires_at = ${dialect.nowPlus}` +
        ` WHERE lock_name = ? AND (${free.join(' OR ')})`,
      [holder, dialect.lease(leaseMs), lock, holder, ...dead],
    );
    if ((yield* runOne(update)).affected > 0) return true;
    const { rows } = yield* runOne(sql('SELECT 1 FROM system_locks WHERE lock_name = ?', [lock]));
    if (rows.length > 0) return false;
    // The first process of all. Should another one be the first at the same moment, its row is kept and this update finds it taken.
    yield* runOne(sql(`INSERT INTO system_locks (lock_name) VALUES (?)${dialect.orKeep('lock_name')}`, [lock]));
    return (yield* runOne(update)).affected > 0;
  }
}
