import type { Dialect } from '../dialect/dialect.js';
import { sql, type SqlStatement } from '../sql/statement.js';

/** Columns of which the database hands out neither long texts nor bytes, only how long they are. */
export function payloadExcerpt(dialect: Dialect, alias: '' | 'o.', maxCharacters: number): SqlStatement {
  const text = `${alias}event_data`;
  const characters = dialect.characters(text);
  return sql(
    `CASE WHEN ${characters} <= ? THEN ${text} END AS event_data, ${characters} AS characters,` +
      ` ${dialect.bytes(`${alias}event_data_binary`)} AS bytes`,
    [maxCharacters],
  );
}
