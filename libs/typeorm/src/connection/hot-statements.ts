import { createHash } from 'node:crypto';

/** A text that comes so often is worth preparing: the server parses and plans it once per connection. */
const FREQUENT = 5;
/** Each prepared text takes memory of each connection's server process. */
const MOST_NAMES = 200;

const names = new Map<string, string>();
const counts = new Map<string, number>();

/** Marks a text as one of the few that are sent all the time: PostgreSQL prepares it once per connection, under a name. */
export function hotStatement(text: string): string {
  names.set(text, `romancy_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`);
  return text;
}

/** The name of a hot statement, or of one that turns out to be sent again and again. */
export function nameOfStatement(text: string): string | undefined {
  const name = names.get(text);
  if (name !== undefined || names.size >= MOST_NAMES) return name;
  const count = (counts.get(text) ?? 0) + 1;
  if (count < FREQUENT) {
    // Lists of many lengths make ever new texts.
    if (counts.size >= MOST_NAMES * 10) counts.clear();
    counts.set(text, count);
    return undefined;
  }
  counts.delete(text);
  hotStatement(text);
  return names.get(text);
}
