import type { WriteKind } from '../../sql/statements.js';
import type { BatchStore, RawStore, Write } from './store.js';

const ORDER: readonly WriteKind[] = ['create', 'step', 'complete'];

/** Everything that waits goes into one transaction: an upper bound, because lanes without work of their own run in lock step. */
export function batching(store: BatchStore): RawStore {
  let queue: { write: Write; done: () => void; fail: (reason: unknown) => void }[] = [];
  let busy = false;
  const flush = async (): Promise<void> => {
    busy = true;
    while (queue.length > 0) {
      const group = queue;
      queue = [];
      const batch = new Map(
        ORDER.map(
          (kind) => [kind, group.filter(({ write }) => write[0] === kind).map(({ write }) => write[1])] as const,
        ).filter(([, rows]) => rows.length > 0),
      );
      try {
        await store.commitBatch(batch);
        for (const { done } of group) done();
      } catch (error) {
        for (const { fail } of group) fail(error);
      }
      // The lanes that were waiting come back in this turn, and with the next write.
      await new Promise(setImmediate);
    }
    busy = false;
  };
  return {
    commit: (...writes) => {
      const [write] = writes;
      if (writes.length > 1 || write === undefined || !ORDER.includes(write[0])) return store.commit(...writes);
      return new Promise((resolve, reject) => {
        queue.push({ write, done: resolve, fail: reject });
        if (!busy) void Promise.resolve().then(() => (busy ? undefined : flush()));
      });
    },
    close: () => store.close(),
  };
}
