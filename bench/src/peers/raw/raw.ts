import { setTimeout as delay } from 'node:timers/promises';
import { uuidv7 } from '@romancy/core';
import { inLanes } from '../../lanes.js';
import { MOST_CONNECTIONS, type FiveInput, type Peer, type PeerSetup } from '../../peer.js';
import { countStored } from '../../sql/connection.js';
import { createFamilySchema } from '../../sql/family-schema.js';
import { batching } from './batching.js';
import { openMysql } from './mysql.store.js';
import { openPostgres } from './postgres.store.js';
import { openSqlite } from './sqlite.store.js';
import type { BatchStore, RawStore, Write } from './store.js';

const step = (id: string, k: number): Write => {
  const data = { activity_name: 'n', result: { n: k }, input: { args: [k], kwargs: {} } };
  return ['step', [id, `n:${String(k)}`, JSON.stringify(data)]];
};
const event = (id: string, payload: number): Write => ['event', [id, 'go:1', JSON.stringify({ payload })]];
const complete = (id: string, result: number): Write => ['complete', [JSON.stringify({ result }), id]];
const newId = (): string => uuidv7(Date.now());

/** The fewest writes: one commit to create, one for each step, one to complete, by the plain driver. */
export async function rawPeer(setup: PeerSetup): Promise<Peer> {
  const { db, url } = setup;
  await createFamilySchema(db, url);
  const opened = open(setup);
  const store: RawStore = setup.peer === 'raw-batch' ? batching(opened) : opened;
  const create = (id: string, input: unknown): Promise<void> => store.commit(['create', [id, JSON.stringify(input)]]);
  const run = async (input: FiveInput, before: (id: string, k: number) => readonly Write[]): Promise<number> => {
    const id = newId();
    await create(id, input);
    let sum = 0;
    for (let k = 1; k <= input.steps; k += 1) {
      await store.commit(...before(id, k), step(id, k));
      sum += k;
    }
    await store.commit(complete(id, sum));
    return sum;
  };
  const peer: Peer = {
    five: (input) => run(input, () => []),
    stored: () => countStored(db, url),
    close: () => store.close(),
  };
  return setup.peer === 'raw-batch' ? peer : { ...peer, ...others(store, create, run) };
}

function others(
  store: RawStore,
  create: (id: string, input: unknown) => Promise<void>,
  run: (input: FiveInput, before: (id: string, k: number) => readonly Write[]) => Promise<number>,
): Partial<Peer> {
  const payloads = new Map<string, number>();
  let subscribers: readonly string[] = [];
  const receive = async (id: string, payload: number): Promise<void> => {
    await store.commit(event(id, payload));
    await store.commit(complete(id, payload));
  };
  return {
    business: (input) => run(input, (id, k) => [['business', [id, k]]]),
    startWait: async (id, steps) => {
      await create(id, {});
      for (let k = 1; k <= steps; k += 1) await store.commit(step(id, k));
    },
    sendEvent: async (id, payload) => {
      await store.commit(['message', ['go', newId(), JSON.stringify(payload)]]);
      payloads.set(id, payload);
    },
    waitResult: async (id) => {
      const payload = payloads.get(id) ?? Number.NaN;
      await receive(id, payload);
      return payload;
    },
    sleep: async (ms) => {
      const id = newId();
      await create(id, { ms });
      const due = performance.now() + ms;
      await delay(ms);
      await store.commit(event(id, 1));
      const late = performance.now() - due;
      await store.commit(complete(id, 1));
      return late;
    },
    subscribe: async (count) => {
      subscribers = Array.from({ length: count }, newId);
      await inLanes(count, MOST_CONNECTIONS, (n) => create(subscribers[n] ?? '', {}));
    },
    publish: async () => {
      await store.commit(['message', ['news', newId(), '1']]);
      await inLanes(subscribers.length, MOST_CONNECTIONS, (n) => receive(subscribers[n] ?? '', 1));
    },
    recur: async (generations) => {
      let id = newId();
      await create(id, { left: generations });
      for (let left = generations - 1; left >= 0; left -= 1) {
        const next = newId();
        await store.commit(['recurred', [id]], ['create', [next, JSON.stringify({ left })]]);
        id = next;
      }
      await store.commit(complete(id, generations));
      return generations;
    },
  };
}

function open({ db, url, concurrency }: PeerSetup): BatchStore {
  if (db === 'sqlite') return openSqlite(url);
  if (db === 'postgres') return openPostgres(url, concurrency);
  return openMysql(url, concurrency);
}
