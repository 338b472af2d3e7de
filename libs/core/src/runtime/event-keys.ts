import { read, textOf } from '../history/safe-read.js';
import type { MessageRow } from '../ports/message.js';
import type { Payloads } from './payloads.js';

export type KeyOf = (data: never) => unknown;

/** How the keys of events are found out (E25c): by the definition of the event, else its subject. */
export class EventKeys {
  readonly #known = new Map<string, KeyOf>();

  constructor(private readonly payloads: Payloads) {}

  /** A definition has come by. */
  learn(type: string, keyOf: KeyOf | undefined): void {
    if (keyOf) this.#known.set(type, keyOf);
  }

  /** Key of an event or message that is about to be stored; null where a reader has to find it out. */
  ofData(type: string, data: unknown): string | null {
    const keyOf = this.#known.get(type);
    return keyOf ? keyText(keyOf, data) : null;
  }

  /** Key of a stored message. */
  async ofMessage(type: string, row: MessageRow): Promise<string> {
    const keyOf = this.#known.get(type);
    try {
      if (keyOf) {
        const data: unknown = row.binary ?? (await this.payloads.reviveStored(JSON.parse(row.data ?? 'null')));
        return keyText(keyOf, isEnvelope(data) ? read(data, 'data') : data);
      }
      return textOf(JSON.parse(row.metadata ?? '{}'), 'ce_subject') ?? '';
    } catch {
      // What cannot be read has no key: it waits for someone who takes any event.
      return '';
    }
  }
}

function keyText(keyOf: KeyOf, data: unknown): string {
  try {
    const key = keyOf(data as never);
    return key === undefined || key === null ? '' : String(key as string);
  } catch {
    return '';
  }
}

/** A sibling stores the whole event as the data. */
function isEnvelope(data: unknown): boolean {
  return textOf(data, 'specversion') !== undefined && textOf(data, 'type') !== undefined;
}
