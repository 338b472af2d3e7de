import type { MessageRow, PendingRequest } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { run, type SqlProgram } from '../sql/program.js';
import { chunks, placeholders, sql, type SqlStatement, type SqlValue } from '../sql/statement.js';
import { messageColumns, messageRowOf } from './message-row.js';
import { scanChannel, scanKey, scanUnkeyed, scanYoung, type MessageScan } from './message-scan.js';

const REQUESTS_PER_STATEMENT = 40;

/** What subscribers have not had yet: one list for each request. */
export function* readPending(
  dialect: Dialect,
  requests: readonly PendingRequest[],
): SqlProgram<readonly (readonly MessageRow[])[]> {
  const size = dialect.name === 'sqlite' ? 1 : REQUESTS_PER_STATEMENT;
  const parts = [...chunks(requests, size)];
  const results = yield* run(parts.map((part) => statementFor(dialect, part)));
  return parts.flatMap((part, index) => {
    const rows = results[index]?.rows ?? [];
    return part.map(({ limit }, number) =>
      rows
        .filter((row) => Number(row['request']) === number)
        .map(messageRowOf)
        .sort((a, b) => a.id - b.id)
        .slice(0, limit),
    );
  });
}

function statementFor(dialect: Dialect, requests: readonly PendingRequest[]): SqlStatement {
  const branches = requests.flatMap((request, number) =>
    scansFor(dialect, request).map((scan) => branchOf(dialect, request, number, scan)),
  );
  return sql(
    branches.map((branch, index) => `SELECT * FROM (${branch.sql}) b${index}`).join(' UNION ALL '),
    branches.flatMap(({ params }) => params),
  );
}

/** An index for each kind of row; together they find no row twice. */
function scansFor(dialect: Dialect, { channel, key, cursor }: PendingRequest): readonly MessageScan[] {
  const young = scanYoung(dialect, channel, cursor);
  if (key === null) return [scanChannel(dialect, channel, cursor), young];
  const { sql: where, params } = young.where;
  const exact = dialect.exactly('m.romancy_key', key);
  return [
    scanKey(dialect, channel, key, cursor),
    scanUnkeyed(dialect, channel, cursor),
    {
      ...young,
      where: { sql: `${where} AND (${exact.sql} OR m.romancy_key IS NULL)`, params: [...params, ...exact.params] },
    },
  ];
}

function branchOf(
  dialect: Dialect,
  { since, seen, limit }: PendingRequest,
  number: number,
  { from, where, order }: MessageScan,
): SqlStatement {
  const conditions = [where.sql];
  const params: SqlValue[] = [...where.params];
  if (seen.length > 0) {
    conditions.push(`m.id NOT IN (${placeholders(seen.length)})`);
    params.push(...seen);
  }
  if (since !== null) {
    conditions.push(`COALESCE(m.romancy_published_at, ${dialect.latestMs('m.published_at')}) >= ?`);
    params.push(since);
  }
  return sql(
    `SELECT ${number} AS request, ${messageColumns(dialect)} FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`,
    [...params, limit],
  );
}
