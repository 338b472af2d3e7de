import { hotStatement } from '../../connection/hot-statements.js';
import type { SqlStatement, SqlValue } from '../../sql/statement.js';
import type { CteGroup, CtePart, CteRow } from './cte-part.js';
import { fence, starts, updates } from './instance-parts.js';
import { messagingParts } from './messaging-parts.js';
import { rowParts } from './row-parts.js';

/** In the order in which their parameters are numbered. */
const PARTS: readonly CtePart[] = [starts, fence, ...rowParts, ...messagingParts, updates];
const STARTS = 1;
const FENCE = 2;
const SINGLE = 1 << PARTS.length;
const CLOSING = SINGLE << 1;

const texts = new Map<number, string>();

/**
 * The statement that writes a whole group and commits by itself. It has only the parts that the group needs, so a few texts cover nearly all
 * groups; each is prepared once per connection. Groups in which no part has more than one row get plain parameters instead of arrays.
 *
 * Answers one row: `created`, the ids that were new, and `held`, the places whose fence held.
 */
export function cteStatement(group: CteGroup): SqlStatement {
  return statementOf(group, 0);
}

/**
 * The same for one entry of an open transaction whose commit is already on its way: where the fence does not hold it fails, with an error whose
 * message has {@link FENCE_TEXT}.
 */
export function closingStatement(group: CteGroup): SqlStatement {
  return statementOf(group, CLOSING);
}

export const FENCE_TEXT = 'romancy: the lease is lost';

// Only what depends on rows is not worked out before they are there. The text is no number: that is the error.
const HELD_OR_FAIL = `CASE WHEN EXISTS (SELECT 1 FROM l) THEN 1 ELSE concat('${FENCE_TEXT}', (SELECT min(instance_id) FROM l))::int END`;

function statementOf(group: CteGroup, closing: number): SqlStatement {
  const rows = PARTS.map((part) => part.rows(group));
  const single = rows.every(({ length }) => length <= 1);
  const shape = rows.reduce(
    (mask, { length }, index) => (length === 0 ? mask : mask | (1 << index)),
    closing | (single ? SINGLE : 0),
  );
  const params = PARTS.flatMap((part, index) => paramsOf(part, rows[index] ?? [], single));
  return { sql: textOf(shape), params };
}

function paramsOf(part: CtePart, rows: readonly CteRow[], single: boolean): readonly SqlValue[] {
  if (rows.length === 0) return [];
  if (single) return rows[0] ?? [];
  return Object.keys(part.columns).map((_, column) => rows.map((row) => row[column] ?? null));
}

function textOf(shape: number): string {
  let text = texts.get(shape);
  if (text === undefined) {
    text = hotStatement(buildText(shape));
    texts.set(shape, text);
  }
  return text;
}

function buildText(shape: number): string {
  let last = 0;
  const parts = PARTS.filter((_, index) => (shape & (1 << index)) !== 0).map((part) => {
    const columns = Object.entries(part.columns).map(([name, type]) => ({ name, type, number: ++last }));
    return part.text((shape & SINGLE) === 0 ? manyRows(columns) : oneRow(columns));
  });
  const body = `WITH ${parts.join(', ')}`;
  if ((shape & CLOSING) !== 0) return `${body} SELECT ${HELD_OR_FAIL} AS held`;
  const created = (shape & STARTS) === 0 ? 'NULL' : '(SELECT array_agg(instance_id) FROM s)';
  const held = (shape & FENCE) === 0 ? 'NULL' : '(SELECT array_agg(n::int) FROM l)';
  return `${body} SELECT ${created} AS created, ${held} AS held`;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly number: number;
}

function manyRows(columns: readonly Column[]): string {
  const arrays = columns.map(({ number, type }) => `$${number}::${type}[]`).join(', ');
  return `unnest(${arrays}) WITH ORDINALITY AS r (${columns.map(({ name }) => name).join(', ')}, n)`;
}

function oneRow(columns: readonly Column[]): string {
  const values = columns.map(({ number, type, name }) => `$${number}::${type} AS ${name}`).join(', ');
  return `(SELECT ${values}, 1::bigint AS n) AS r`;
}
