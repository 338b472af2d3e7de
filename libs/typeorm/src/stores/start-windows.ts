import type { Backend } from '../connection/backend.js';
import type { Dialect, SqlCondition } from '../dialect/dialect.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';

/** The first window holds a few pages; each further one is larger, until it costs some tens of milliseconds. */
const PAGES = 4;
const GROWTH = 4;
const LARGEST = 20_000;

/** A stretch of starting times that holds a bounded number of instances, and those that share its first second. */
export interface StartWindow {
  readonly condition: SqlCondition;
  /** Milliseconds: everything that started at this time or later is in this window or in those before. */
  readonly below: number;
  /** Instances in the windows so far, at about. */
  readonly looked: number;
  /** No instance is older. */
  readonly last: boolean;
}

/** Where a list begins; `included`: what started in this very millisecond is on it. */
export interface StartPoint {
  readonly time: number;
  readonly included: boolean;
}

/** Down from the instances that started up to a time, or from the newest. */
export async function* windowsOf(
  backend: Backend,
  from: StartPoint | undefined,
  limit: number,
): AsyncGenerator<StartWindow, void, undefined> {
  const { dialect } = backend;
  let upper: SqlCondition | undefined = from && startedUpTo(dialect, from);
  let looked = 0;
  for (let size = PAGES * (limit + 1); ; size = Math.min(size * GROWTH, LARGEST)) {
    const { count, oldest } = await backend.read(look(dialect, upper, size));
    looked += count;
    if (count < size) {
      yield { condition: upper ?? { sql: '1 = 1', params: [] }, below: 0, looked, last: true };
      return;
    }
    const second = Math.floor(Math.min(oldest, from?.time ?? Infinity) / 1000) * 1000;
    // Just before a whole second: there, no two forms of one time can fall into different windows.
    const below = dialect.wholeSeconds ? second : second - 1;
    const bound = dialect.time(below);
    const lower = `i.started_at >= ${dialect.timestamp}`;
    const condition = upper === undefined ? { sql: lower, params: [bound] } : both(upper, lower, bound);
    yield { condition, below, looked, last: false };
    upper = { sql: `i.started_at < ${dialect.timestamp}`, params: [bound] };
  }
}

function both(upper: SqlCondition, lower: string, bound: SqlCondition['params'][number]): SqlCondition {
  return { sql: `${upper.sql} AND ${lower}`, params: [...upper.params, bound] };
}

/** Siblings write microseconds, where the column holds them. */
function startedUpTo(dialect: Dialect, { time, included }: StartPoint): SqlCondition {
  if (included && dialect.wholeSeconds) {
    return { sql: `i.started_at <= ${dialect.timestamp}`, params: [dialect.time(time)] };
  }
  return { sql: `i.started_at < ${dialect.timestamp}`, params: [dialect.time(included ? time + 1 : time)] };
}

function* look(
  dialect: Dialect,
  upper: SqlCondition | undefined,
  size: number,
): SqlProgram<{ readonly count: number; readonly oldest: number }> {
  const { rows } = yield* runOne(
    sql(
      `SELECT COUNT(*) AS n, MIN(w.started) AS oldest FROM (SELECT ${dialect.toMs('i.started_at')} AS started` +
        ` FROM workflow_instances i${dialect.throughIndex('idx_romancy_instances_started')}` +
        `${upper === undefined ? '' : ` WHERE ${upper.sql}`} ORDER BY i.started_at DESC LIMIT ?) w`,
      [...(upper?.params ?? []), size],
    ),
  );
  return { count: Number(rows[0]?.['n']), oldest: Number(rows[0]?.['oldest']) };
}
