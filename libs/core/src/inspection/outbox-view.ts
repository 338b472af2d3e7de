import type { OutboxRow } from '../ports/inspection.js';
import type { StoredValue, StoredValues } from './stored-value.js';

/** An event of the outbox, for people. */
export interface OutboxView extends Omit<OutboxRow, 'data' | 'binary' | 'attributes'> {
  readonly data: StoredValue;
}

export async function toOutboxView(
  { data, binary, attributes: _, ...row }: OutboxRow,
  values: StoredValues,
): Promise<OutboxView> {
  if (binary === null) return { ...row, data: await values.ofText(data) };
  return { ...row, data: { readable: false, reason: `it is ${String(binary.byteLength)} bytes` } };
}
