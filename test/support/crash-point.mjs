/**
 * Loaded into the application under test by `node --import`: counts what makes something of an order durable (a write that mentions it
 * outside of a transaction, or the COMMIT of one that does; renewals of its lease aside), and kills the process with SIGKILL in place of
 * the n-th time.
 * CRASH_POINT is `{"order": …, "commit": n}`.
 */
import { createRequire } from 'node:module';

const { order, commit } = JSON.parse(process.env.CRASH_POINT);
const require = createRequire(import.meta.url);
const begins = /^\s*(begin|start)\b/i;
const ends = /\b(commit|rollback)\s*;?\s*$/i;
const writes = /\b(insert\s+((or\s+)?ignore\s+)?into|update\s+\S+\s+(\S+\s+)?set|delete\s+from)\b/i;
// Comes when its time has come, between any two of the others.
const renewsLease = /\bupdate\s+workflow_instances\s+set\s+lock_expires_at\b/i;
/** By connection with an open transaction: whether it mentions the order. */
const open = new Map();
let count = 0;

function before(connection, sql, params) {
  if (typeof sql !== 'string') return;
  if (begins.test(sql)) open.set(connection, false);
  const mentions =
    writes.test(sql) && !renewsLease.test(sql) && [sql, params].flat(2).some((text) => String(text).includes(order));
  if (mentions && open.has(connection)) open.set(connection, true);
  const inTransaction = open.has(connection);
  const durable = ends.test(sql) ? open.get(connection) : mentions && !inTransaction;
  if (ends.test(sql)) open.delete(connection);
  if (!durable) return;
  count += 1;
  if (count === commit) process.kill(process.pid, 'SIGKILL');
}

/** Calls `before` with what `read` makes of the arguments, then the method. */
function watch(prototype, method, read) {
  const original = prototype[method];
  prototype[method] = function watched(...args) {
    before(...read(this, args));
    return original.apply(this, args);
  };
}

const Sqlite = require('better-sqlite3');
const database = new Sqlite(':memory:');
const statements = Object.getPrototypeOf(database.prepare('SELECT 1'));
for (const method of ['run', 'get', 'all']) {
  watch(statements, method, (statement, args) => [statement.database, statement.source, args]);
}
watch(Sqlite.prototype, 'exec', (connection, [sql]) => [connection, sql, []]);
database.close();

const { Client } = require('pg');
const sendNow = Client.prototype.query;
Client.prototype.query = function watched(query, values, ...others) {
  // Several statements that travel together are several all the same.
  for (const { text, values: own } of query?.queries ?? [
    { text: query?.text ?? query, values: query?.values ?? values },
  ])
    before(this, text, own);
  return sendNow.call(this, query, values, ...others);
};

const mysql = Object.getPrototypeOf(require('mysql2').Connection.prototype);
for (const method of ['query', 'execute']) {
  watch(mysql, method, (connection, [query, values]) => [connection, query?.sql ?? query, query?.values ?? values]);
}
