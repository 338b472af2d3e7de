import type { HistoryExcerpt } from '../ports/inspection.js';
import { toHistoryItem } from './history-item.js';
import { compensationOf } from './instance-detail.js';
import { StoredValues } from './stored-value.js';

const values = new StoredValues([], 10_000);
const row = (parts: Partial<HistoryExcerpt>): HistoryExcerpt => ({
  id: 1,
  activityId: 'reserve:1',
  eventType: 'ActivityCompleted',
  data: null,
  characters: parts.data?.length ?? 0,
  bytes: null,
  time: 5,
  ...parts,
});
const shown = (eventType: string, data: unknown) =>
  toHistoryItem(row({ eventType, data: JSON.stringify(data) }), values);

describe('of rows of siblings, and of odd ones, is shown', () => {
  it('with which named arguments an activity of Python was called', async () => {
    const input = { args: [1], kwargs: { sku: 'hé' } };
    expect(await shown('ActivityCompleted', { activity_name: 'reserve', result: { ok: true }, input })).toMatchObject({
      name: 'reserve',
      input: { json: input },
      result: { json: { ok: true } },
    });
    const plain = { activity_name: 'reserve', result: 1, input: { args: [1], kwargs: {} } };
    expect(await shown('ActivityCompleted', plain)).toMatchObject({ input: { json: [1] } });
  });

  it('what a compensation of Python undoes, before and after', async () => {
    const args = { name: 'undo_reserve', args: [], kwargs: { sku: 'a', reservation: 'r-a' } };
    const { name, ...named } = args;
    const stored = { activityId: 'reserve:1', activityName: name, args: JSON.stringify(args) };
    expect(await compensationOf({ id: 1, ...stored }, values)).toEqual({
      stepId: 'reserve:1',
      name,
      args: { readable: true, json: named },
    });
    const executed = { activity_name: name, compensation_id: 2, ...named };
    expect(await shown('CompensationExecuted', executed)).toMatchObject({ name, input: { json: named } });
  });

  it('a result of Go, which stands alone, and its failure, which is a text', async () => {
    expect(await shown('ActivityCompleted', { a: 1 })).toMatchObject({
      input: { json: null },
      result: { json: { a: 1 } },
    });
    expect(await shown('ActivityFailed', 'no stock')).toMatchObject({ ok: false, failure: { message: 'no stock' } });
  });

  it('how long a payload is that was too long to be read', async () => {
    const item = await toHistoryItem(row({ data: null, characters: 300_000 }), values);
    expect(item.result).toEqual({ readable: false, reason: expect.stringContaining('300000 characters') });
    const message = await toHistoryItem(row({ eventType: 'ChannelMessageReceived', bytes: 7 }), values);
    expect(message.result).toEqual({ readable: false, reason: 'it is 7 bytes' });
  });

  it('that a payload is no JSON', async () => {
    const item = await toHistoryItem(row({ data: '{"activity_name":"a","result":NaN}' }), values);
    expect(item.result).toMatchObject({ readable: false });
  });
});
