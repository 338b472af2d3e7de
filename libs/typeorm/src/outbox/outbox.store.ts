import {
  CommitUnknownError,
  StorageUnavailableError,
  type ClaimedEvent,
  type NewOutboxEvent,
  type OutboxClaim,
  type OutboxOutcome,
  type OutboxStore,
} from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql, type SqlRow } from '../sql/statement.js';
import { claimedEventOf, findDue, lockDue, readEvents, takeDue } from './outbox-claim.js';
import { OutboxInsert } from '../commit/outbox-insert.js';
import { outcomeStatements } from './outbox-outcomes.js';
import { findGivenUpBySiblings, takeBack, watchSending } from './outbox-siblings.js';

// SQLite has a limit of parameters, and MySQL one of the length of a text.
const MOST_AT_ONCE = 200;

/** Claims events of `outbox_events` and notes what becomes of them, by the database's clock. */
export class TypeOrmOutboxStore implements OutboxStore {
  constructor(private readonly backend: Backend) {}

  async claim(claim: OutboxClaim): Promise<readonly ClaimedEvent[]> {
    const { dialect } = this.backend;
    const limit = Math.min(Math.trunc(claim.limit), MOST_AT_ONCE);
    if (limit < 1) return [];
    const ids = (await this.backend.read(rowsOf(findDue(dialect, limit)))).map(idOf);
    if (ids.length === 0) return [];
    return this.#write('claiming events of the outbox', this.#take(ids, claim));
  }

  async insert(events: readonly NewOutboxEvent[]): Promise<void> {
    await this.#write('writing to the outbox', affectedBy(new OutboxInsert(this.backend.dialect).of(events)));
  }

  async settle(token: string, outcomes: readonly OutboxOutcome[]): Promise<number> {
    let settled = 0;
    for (const part of chunks(outcomes, MOST_AT_ONCE)) {
      const statements = outcomeStatements(this.backend.dialect, token, part);
      settled += await this.#write('noting outcomes of the outbox', affectedBy(statements));
    }
    return settled;
  }

  async watchSiblings(graceMs: number, limit: number): Promise<number> {
    const { dialect } = this.backend;
    await this.#write('watching the outbox', affectedBy(watchSending(dialect, graceMs)));
    const lost = (await this.backend.read(rowsOf(findGivenUpBySiblings(dialect, limit)))).map(idOf);
    let takenBack = 0;
    for (const part of chunks(lost, MOST_AT_ONCE))
      takenBack += await this.#write('taking events back', affectedBy([takeBack(dialect, part)]));
    return takenBack;
  }

  async removePublished(olderThanMs: number, limit: number): Promise<number> {
    const { dialect } = this.backend;
    const [now] = await this.backend.read(rowsOf(sql(`SELECT ${dialect.nowMs} AS now`)));
    const found = await this.backend.read(
      rowsOf(
        sql(
          `SELECT o.event_id FROM outbox_events o WHERE o.status = 'published' AND o.romancy_claimed_by IS NOT NULL` +
            ` AND o.published_at < ${dialect.timestamp} ORDER BY o.published_at LIMIT ?`,
          [dialect.time(Number(now?.['now']) - olderThanMs), limit],
        ),
      ),
    );
    let removed = 0;
    for (const part of chunks(found.map(idOf), MOST_AT_ONCE)) {
      removed += await this.#write(
        'removing published events',
        affectedBy([
          sql(
            `DELETE FROM outbox_events WHERE status = 'published' AND event_id IN (${placeholders(part.length)})`,
            part,
          ),
        ]),
      );
    }
    return removed;
  }

  *#take(ids: readonly string[], { token, leaseMs }: OutboxClaim): SqlProgram<readonly ClaimedEvent[]> {
    const { dialect } = this.backend;
    const locked = (yield* runOne(lockDue(dialect, ids))).rows.map(idOf);
    if (locked.length === 0) return [];
    yield* run([takeDue(dialect, locked, token, leaseMs)]);
    return (yield* runOne(readEvents(dialect, locked))).rows.map(claimedEventOf);
  }

  /** A commit whose answer is lost counts as none: a claim runs out by itself, and outcomes are noted again. */
  async #write<T>(label: string, program: SqlProgram<T>): Promise<T> {
    try {
      return await this.backend.write(label, 'transaction', program);
    } catch (error) {
      if (error instanceof CommitUnknownError) throw new StorageUnavailableError(error.message, { cause: error });
      throw error;
    }
  }
}

function* rowsOf(statement: ReturnType<typeof sql>): SqlProgram<readonly SqlRow[]> {
  return (yield* runOne(statement)).rows;
}

function* affectedBy(statements: readonly ReturnType<typeof sql>[]): SqlProgram<number> {
  const results = yield* run(statements, true);
  return results.reduce((sum, { affected }) => sum + affected, 0);
}

function idOf(row: SqlRow): string {
  return row['event_id'] as string;
}
