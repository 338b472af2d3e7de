import type { Dialect, SqlCondition } from '../dialect/dialect.js';

/** Messages of a channel above an id, in the order of their ids, through the index that has them so. */
export interface MessageScan {
  /** The table as `m`, with the index. */
  readonly from: string;
  readonly where: SqlCondition;
  readonly order: string;
}

/**
 * All messages of the channel. An index on the id alone would give them in order, too, and be ruinous where other channels are busy; what
 * keeps PostgreSQL's planner from it is a row comparison, and an order that is not trivially that of the id.
 */
export function scanChannel(dialect: Dialect, channel: string, after: number): MessageScan {
  const index = 'idx_romancy_messages_channel';
  if (dialect.name === 'postgres') return scanRange(channel, after);
  const { sql, params } = dialect.exactly('m.channel', channel);
  return scanOf(dialect, index, { sql: `${sql} AND m.id > ?`, params: [...params, after] });
}

/** Messages with this key. */
export function scanKey(dialect: Dialect, channel: string, key: string, after: number): MessageScan {
  if (dialect.name === 'postgres') {
    return {
      from: 'channel_messages m',
      where: {
        sql: '(m.channel, m.romancy_key, m.id) > (?, ?, ?) AND (m.channel, m.romancy_key) <= (?, ?)',
        params: [channel, key, after, channel, key],
      },
      order: 'm.channel, m.romancy_key, m.id',
    };
  }
  const { sql, params } = dialect.exactly('m.channel', channel);
  return scanOf(dialect, 'idx_romancy_messages_key', {
    sql: `${sql} AND m.romancy_key = ? AND m.id > ?`,
    params: [...params, key, after],
  });
}

/** Messages into which nobody has looked for a key. */
export function scanUnkeyed(dialect: Dialect, channel: string, after: number): MessageScan {
  if (dialect.name === 'postgres') {
    const scan = scanRange(channel, after);
    return { ...scan, where: { ...scan.where, sql: `${scan.where.sql} AND m.romancy_key IS NULL` } };
  }
  const { sql, params } = dialect.exactly('m.channel', channel);
  const index = dialect.name === 'sqlite' ? 'idx_romancy_messages_unkeyed' : 'idx_romancy_messages_key';
  return scanOf(dialect, index, {
    sql: `${sql} AND m.romancy_key IS NULL AND m.id > ?`,
    params: [...params, after],
  });
}

/**
 * Messages of siblings that are not older than a minute, with an id up to this one: siblings take no lock, so such a row may have been committed
 * after greater ids.
 */
export function scanYoung(dialect: Dialect, channel: string, upTo: number): MessageScan {
  const { sql, params } = dialect.exactly('m.channel', channel);
  return {
    from: `channel_messages m${dialect.throughIndex('idx_romancy_messages_foreign')}`,
    where: {
      sql: `${sql} AND m.romancy_published_at IS NULL AND m.published_at > ${dialect.secondsAgo(60)} AND m.id + 0 <= ?`,
      params: [...params, upTo],
    },
    order: 'm.id + 0',
  };
}

function scanRange(channel: string, after: number): MessageScan {
  return {
    from: 'channel_messages m',
    where: { sql: '(m.channel, m.id) > (?, ?) AND m.channel <= ?', params: [channel, after, channel] },
    order: 'm.channel, m.id',
  };
}

function scanOf(dialect: Dialect, index: string, where: SqlCondition): MessageScan {
  return { from: `channel_messages m${dialect.throughIndex(index)}`, where, order: 'm.id' };
}
