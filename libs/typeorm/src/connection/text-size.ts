import { EntryConflictError } from '@romancy/core';
import type { SqlStatement, SqlValue } from '../sql/statement.js';

// Room for the head of the packet, and for numbers that are longer as text.
const MARGIN = 64 * 1024;
// A character has at most three bytes in UTF-8 for each unit of a JavaScript string, and may get a backslash.
const MOST_BYTES_PER_UNIT = 4;
const ESCAPED = new Set('\0\b\t\n\r\u001a"\'\\');

/**
 * Whether the statements, with their values written into the text as mysql2 does, fit into one packet. The server hangs up on a larger one, and
 * then nobody knows whether the commit in it took effect: so it is never sent.
 */
export function fitsIntoPacket(statements: readonly SqlStatement[], maxBytes: number): boolean {
  const room = maxBytes - MARGIN;
  const units = statements.reduce(
    (sum, { sql, params }) => sum + sql.length + params.reduce<number>((all, value) => all + unitsOf(value), 0),
    0,
  );
  if (units * MOST_BYTES_PER_UNIT <= room) return true;
  const bytes = statements.reduce(
    (sum, { sql, params }) =>
      sum + Buffer.byteLength(sql) + params.reduce<number>((all, value) => all + bytesOf(value), 0),
    0,
  );
  return bytes <= room;
}

export function tooLarge(maxBytes: number): EntryConflictError {
  return new EntryConflictError(
    'value',
    `What is to be written is larger than the server takes at once (max_allowed_packet is ${maxBytes} bytes). Raise that setting, or store large values elsewhere and keep a reference.`,
  );
}

function unitsOf(value: SqlValue): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 24;
}

function bytesOf(value: SqlValue): number {
  if (value instanceof Uint8Array) return value.length * 2 + 3;
  if (typeof value !== 'string') return 24;
  let escapes = 0;
  for (const character of value) if (ESCAPED.has(character)) escapes++;
  return Buffer.byteLength(value) + escapes + 2;
}
