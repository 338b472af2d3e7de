import { createHash } from 'node:crypto';

const names = new Map<string, string>();

/** Marks a text as one of the few that are sent all the time: PostgreSQL prepares it once per connection, under a name. */
export function hotStatement(text: string): string {
  names.set(text, `romancy_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`);
  return text;
}

/** The name of a hot statement. */
export function nameOfStatement(text: string): string | undefined {
  return names.get(text);
}
