import { createHash } from 'node:crypto';
import { definedEvents } from '../definition/event-definitions.js';
import { instanceIdProblem } from '../runtime/instance-id.js';
import type { CloudEventValue } from './cloud-event.js';

/** Columns that hold keys take 255 characters; a longer one is told apart by its hash. */
const LONGEST = 200;
const HASHED = '#sha256:';

/** The key under which an event is stored: what its definition takes from the data, else its subject, else none (''). */
export function keyOfEvent(event: Pick<CloudEventValue, 'type' | 'subject' | 'data'>): string {
  return storableKey(keyOfData(event) ?? event.subject ?? '');
}

/** A key as databases keep and compare it: what they would cut, refuse or take for another text is replaced by its hash. */
export function storableKey(key: string): string {
  const plain = key.length <= LONGEST && !key.startsWith(HASHED) && instanceIdProblem(key) === undefined;
  if (plain || key === '') return key;
  return HASHED + createHash('sha256').update(key).digest('hex');
}

/** Undefined where nothing defines a key, or the data has none: a definition's function may fail on data of another shape. */
function keyOfData({ type, data }: Pick<CloudEventValue, 'type' | 'data'>): string | undefined {
  const definition = definedEvents.of(type);
  if (definition?.key === undefined) return undefined;
  let key: unknown;
  try {
    key = definition.key(data as never);
  } catch {
    return undefined;
  }
  if (typeof key === 'string') return key === '' ? undefined : key;
  return typeof key === 'number' || typeof key === 'bigint' ? String(key) : undefined;
}
