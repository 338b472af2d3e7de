import { describe, expect, it } from '@jest/globals';
import type { InstanceRow } from '../ports/instance.js';
import { InstanceReader } from './instance-reader.js';
import { withResolvers } from './with-resolvers.js';

const row = (instanceId: string, stage: string): InstanceRow => ({ instanceId, stage }) as InstanceRow;

/** A store that answers each query when it is told to. */
class SlowStore {
  readonly queries: { readonly ids: readonly string[]; answer(rows: readonly InstanceRow[]): void; fail(): void }[] =
    [];

  getMany(ids: readonly string[]): Promise<readonly InstanceRow[]> {
    const { promise, resolve, reject } = withResolvers<readonly InstanceRow[]>();
    this.queries.push({
      ids,
      answer: resolve,
      fail: () => {
        reject(new Error('gone'));
      },
    });
    return promise;
  }
}

describe('InstanceReader', () => {
  it('asks once for what is asked for together, and tells apart what is not there', async () => {
    const store = new SlowStore();
    const reader = new InstanceReader(store);
    const answers = Promise.all([reader.read('a'), reader.read('b'), reader.read('a')]);
    await Promise.resolve();
    expect(store.queries.map(({ ids }) => ids)).toEqual([['a', 'b']]);
    store.queries[0]!.answer([row('a', 'now')]);
    await expect(answers).resolves.toEqual([row('a', 'now'), undefined, row('a', 'now')]);
  });

  it('answers nobody with what was read before the question', async () => {
    const store = new SlowStore();
    const reader = new InstanceReader(store);
    const early = reader.read('a');
    await Promise.resolve();
    const late = reader.read('a');
    store.queries[0]!.answer([row('a', 'before')]);
    await expect(early).resolves.toEqual(row('a', 'before'));
    await new Promise(setImmediate);
    expect(store.queries).toHaveLength(2);
    store.queries[1]!.answer([row('a', 'after')]);
    await expect(late).resolves.toEqual(row('a', 'after'));
  });

  it('goes on after a query that failed', async () => {
    const store = new SlowStore();
    const reader = new InstanceReader(store);
    const failing = reader.read('a');
    await Promise.resolve();
    store.queries[0]!.fail();
    await expect(failing).rejects.toThrow('gone');
    const next = reader.read('a');
    await Promise.resolve();
    store.queries[1]!.answer([row('a', 'there')]);
    await expect(next).resolves.toEqual(row('a', 'there'));
  });
});
