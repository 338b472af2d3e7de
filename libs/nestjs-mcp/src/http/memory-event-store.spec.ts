import type { JSONRPCMessage } from '../sdk.js';
import { MemoryEventStore } from './memory-event-store.js';

const message = (id: number, text = ''): JSONRPCMessage => ({ jsonrpc: '2.0', id, result: { text } });

async function replayed(store: MemoryEventStore, after: string): Promise<unknown[]> {
  const ids: unknown[] = [];
  await store.replayEventsAfter(after, { send: async (_, event) => void ids.push('id' in event && event.id) });
  return ids;
}

describe('MemoryEventStore', () => {
  it('hands out what one stream has sent after an event, without the empty one that opened it', async () => {
    const store = new MemoryEventStore();
    const opened = await store.storeEvent('a', {} as JSONRPCMessage);
    const first = await store.storeEvent('a', message(1));
    await store.storeEvent('b', message(2));
    await store.storeEvent('a', message(3));
    expect(await replayed(store, opened)).toEqual([1, 3]);
    expect(await replayed(store, first)).toEqual([3]);
    expect(await store.getStreamIdForEventId(first)).toBe('a');
  });

  it('knows nothing of an event that it has not stored', async () => {
    const store = new MemoryEventStore();
    expect(await store.getStreamIdForEventId('nonsense')).toBeUndefined();
    await expect(replayed(store, 'nonsense')).rejects.toThrow('not known');
  });

  it('forgets the oldest when there are many, or when they are large', async () => {
    const many = new MemoryEventStore();
    const oldest = await many.storeEvent('a', message(0));
    for (let id = 1; id <= 1_000; id += 1) await many.storeEvent('a', message(id));
    expect(await many.getStreamIdForEventId(oldest)).toBeUndefined();
    const large = new MemoryEventStore();
    const before = await large.storeEvent('a', message(0));
    const last = await large.storeEvent('a', message(1, 'x'.repeat(5_000_000)));
    expect(await large.getStreamIdForEventId(before)).toBeUndefined();
    expect(await large.getStreamIdForEventId(last)).toBe('a');
  });
});
