import type { Dialect, SqlCondition } from '../dialect/dialect.js';

/** Messages of a channel in the order of their ids, through the index that has them so. */
export interface MessageScan {
  /** The table as `m`, with the index. */
  readonly from: string;
  readonly where: SqlCondition;
  readonly order: string;
}

// An index on the id alone gives the messages in order, too, and is ruinous where other channels are busy; the family's own index on channel and
// time has to be sorted. PostgreSQL cannot be told which to take, so there our indexes are the only ones over these expressions.
const POSTGRES = { channel: `m.channel || ''`, foreignChannel: `'' || m.channel`, id: 'm.id + 0' };

/** The id, in the form in which an index has it. */
export function messageId(dialect: Dialect): string {
  return dialect.name === 'postgres' ? POSTGRES.id : 'm.id';
}

/** Messages of this channel. */
export function ofChannel(dialect: Dialect, channel: string): SqlCondition {
  return dialect.name === 'postgres'
    ? { sql: `${POSTGRES.channel} = ?`, params: [channel] }
    : dialect.exactly('m.channel', channel);
}

/** Messages of the channel that another table names. */
export function ofChannelIn(dialect: Dialect, column: string): string {
  return `${dialect.name === 'postgres' ? POSTGRES.channel : 'm.channel'} = ${column}`;
}

/** All messages of the channel above an id. */
export function scanChannel(dialect: Dialect, channel: string, after: number): MessageScan {
  return scanOf(dialect, 'idx_romancy_messages_channel', ofChannel(dialect, channel), after);
}

/** Messages with this key. */
export function scanKey(dialect: Dialect, channel: string, key: string, after: number): MessageScan {
  const { sql, params } = ofChannel(dialect, channel);
  const exact = dialect.exactly('m.romancy_key', key);
  const where = { sql: `${sql} AND ${exact.sql}`, params: [...params, ...exact.params] };
  return scanOf(dialect, 'idx_romancy_messages_key', where, after);
}

/** Messages into which nobody has looked for a key. */
export function scanUnkeyed(dialect: Dialect, channel: string, after: number): MessageScan {
  const { sql, params } = ofChannel(dialect, channel);
  const index = dialect.name === 'sqlite' ? 'idx_romancy_messages_unkeyed' : 'idx_romancy_messages_key';
  return scanOf(dialect, index, { sql: `${sql} AND m.romancy_key IS NULL`, params }, after);
}

/**
 * Messages of siblings that are not older than a minute, with an id up to this one: siblings take no lock, so such a row may have been committed
 * after greater ids.
 */
export function scanYoung(dialect: Dialect, channel: string, upTo: number): MessageScan {
  const { sql, params } =
    dialect.name === 'postgres'
      ? { sql: `${POSTGRES.foreignChannel} = ?`, params: [channel] }
      : dialect.exactly('m.channel', channel);
  return {
    from: `channel_messages m${dialect.throughIndex('idx_romancy_messages_foreign')}`,
    where: {
      sql: `${sql} AND m.romancy_published_at IS NULL AND m.published_at > ${dialect.secondsAgo(60)} AND m.id + 0 <= ?`,
      params: [...params, upTo],
    },
    order: 'm.id + 0',
  };
}

function scanOf(dialect: Dialect, index: string, where: SqlCondition, after: number): MessageScan {
  const id = messageId(dialect);
  return {
    from: `channel_messages m${dialect.throughIndex(index)}`,
    where: { sql: `${where.sql} AND ${id} > ?`, params: [...where.params, after] },
    order: id,
  };
}
