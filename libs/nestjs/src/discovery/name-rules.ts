import type { Mistake } from './mistake.js';
import * as messages from './name.messages.js';
import type { NameKind } from './name.messages.js';

/** Steps of the engine itself: an activity of that name would share their ids. */
const RESERVED_STEPS = new Set(['sleep', 'sleep_until', 'add_compensation', 'wait_event', 'recur']);

/** Columns of MySQL; kept to everywhere, so that an application can move from one database to another. */
const LONGEST = 255;

/** Room that step ids and engine rows add to an activity's name: `compensation:`, `:=` and a counter or a short key. */
const ID_ROOM = 32;

/** Checks one name by itself. */
export function judgeName(where: string, kind: NameKind, name: string): readonly Mistake[] {
  if (name === '' || name !== name.trim()) return [messages.EMPTY_NAME(where, kind)];
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return [messages.UNPRINTABLE_NAME(where, kind)];
  const found: Mistake[] = [];
  const isStep = kind !== 'workflow';
  const limit = isStep ? LONGEST - ID_ROOM : LONGEST;
  if (name.length > limit) found.push(messages.LONG_NAME(where, kind, name.length, limit));
  if (name.startsWith('$') || name.startsWith('compensation:')) found.push(messages.ENGINE_PREFIX(where, kind, name));
  else if (isStep && name.includes(':')) found.push(messages.COLON_IN_NAME(where, kind, name));
  if (isStep && RESERVED_STEPS.has(name.toLowerCase())) found.push(messages.RESERVED_NAME(where, kind, name));
  return found;
}

/** Names of one kind that must differ, as every supported database compares them. */
export class NameTable {
  readonly #names = new Map<string, { readonly name: string; readonly where: string }>();

  claim(where: string, kind: NameKind, name: string): readonly Mistake[] {
    const key = fold(name);
    const other = this.#names.get(key);
    if (!other) {
      this.#names.set(key, { name, where });
      return [];
    }
    return other.name === name
      ? [messages.DUPLICATE_NAME(where, kind, name, other.where)]
      : [messages.CLASHING_NAME(where, kind, name, other.where, other.name)];
  }
}

/** Case and accents do not count in MySQL's default collation. */
function fold(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
