import type { OutboxRow } from '../ports/inspection.js';
import { leftOut, type StoredValue, type StoredValues } from './stored-value.js';

/** An event of the outbox, for people. */
export interface OutboxView extends Omit<OutboxRow, 'data' | 'characters' | 'bytes' | 'attributes'> {
  readonly data: StoredValue;
}

export async function toOutboxView(
  { data, characters, bytes, attributes: _, ...row }: OutboxRow,
  values: StoredValues,
): Promise<OutboxView> {
  if (bytes !== null) return { ...row, data: { readable: false, reason: `it is ${String(bytes)} bytes` } };
  return { ...row, data: leftOut({ data, characters, bytes }) ?? (await values.ofText(data)) };
}
