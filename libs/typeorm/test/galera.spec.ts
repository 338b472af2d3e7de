import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SerializationConflictError, type ClaimScope, type WorkerCard } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import { DataSource } from 'typeorm';
import { emptyEntry, historyRow, startHeld, write, type Held } from './support/entries.js';
import { pending, publish } from './support/messages.js';
import { openProxy } from './support/proxy.js';

/** Addresses of the nodes of one cluster, separated by commas: scripts/services/start-galera.sh env */
const NODES = process.env['GALERA_URLS']?.split(',') ?? [];
const RACES = 150;

(NODES.length >= 3 ? describe : describe.skip)('a cluster whose nodes all take writes (GALERA_URLS)', () => {
  const name = `romancy_${randomBytes(6).toString('hex')}`;
  const addressOf = (node: number): string => Object.assign(new URL(NODES[node] ?? ''), { pathname: `/${name}` }).href;
  let admin: DataSource;
  let storages: TypeOrmStorage[];
  let [first, second, third] = [] as unknown as [TypeOrmStorage, TypeOrmStorage, TypeOrmStorage];

  beforeAll(async () => {
    admin = await new DataSource({ type: 'mariadb', url: NODES[0] ?? '' }).initialize();
    await admin.query(`CREATE DATABASE ${name}`);
    storages = [];
    // One after the other: the first one makes the tables.
    for (const node of [0, 1, 2]) {
      const storage = new TypeOrmStorage({ database: addressOf(node) });
      await storage.open();
      storages.push(storage);
    }
    [first, second, third] = storages as typeof storages & [TypeOrmStorage, TypeOrmStorage, TypeOrmStorage];
  }, 120_000);

  afterAll(async () => {
    for (const storage of storages) await storage.close();
    await admin.query(`DROP DATABASE ${name}`);
    await admin.destroy();
  });

  it('a reader that moves on has left no message behind, whichever node it was published on', async () => {
    const channel = `channel-${randomUUID()}`;
    const publishing = Promise.all([first, second].map((storage) => times(RACES, () => publish(storage, channel))));
    const had: string[] = [];
    const state = { done: false };
    void publishing.then(() => (state.done = true));
    for (let cursor = 0, late = 0; late < 20;) {
      const found = await pending(third, channel, { cursor });
      had.push(...found.map(({ messageId }) => messageId));
      cursor = found.at(-1)?.id ?? cursor;
      // The last rows may still be on their way to this node.
      if (state.done && found.length === 0) late += await sleep(10, 1);
    }
    expect(had.sort()).toEqual((await publishing).flat().sort());
  }, 120_000);

  it('who takes an instance over sees all that its holder will ever have written', async () => {
    const held = [];
    for (let race = 0; race < RACES; race += 1)
      held.push(await startHeld(first, { lock: { token: `gone#${race}`, leaseMs: 1 } }));
    const last = held.at(-1);
    if (last === undefined) throw new Error('There is nothing to take.');
    const scope: ClaimScope = {
      token: 'new#1',
      leaseMs: 60_000,
      workflowNames: [last.create.workflowName],
      codeVersions: [],
    };
    // Leases end on a full second, and the last start reaches the other node a moment later.
    while (!(await second.leases.scan(scope, RACES)).runnable.some(({ instanceId }) => instanceId === last.instanceId))
      await sleep(50);
    let taken = 0;
    const late: string[] = [];
    const lost: string[] = [];
    for (const [race, holder] of held.entries()) {
      const writing = lateWrite(first, holder, (race % 30) / 10);
      const [claim] = await times(1, () => second.leases.claimThese([holder.instanceId], scope));
      const seen = await second.history.read(holder.instanceId, 0, 10);
      const written = await writing;
      taken += claim?.length ?? 0;
      if (!written || seen.length > 0) continue;
      const there = await first.history.read(holder.instanceId, 0, 10);
      (there.length > 0 ? late : lost).push(holder.instanceId);
    }
    // Lost: it was answered that the entry is written, and it is not there.
    expect({ taken, late, lost }).toEqual({ taken: RACES, late: [], lost: [] });
  }, 120_000);

  it('a worker on another node is neither dead nor alive to those who cannot see its lock', async () => {
    await first.liveness.join(card(), true);
    try {
      expect(first.liveness.kind).toBe('session');
      expect([await sight(first), await sight(second)]).toEqual(['alive', 'unknown']);
    } finally {
      await first.liveness.leave();
    }
  });

  it('nor is one whose balancer has led its other connections elsewhere', async () => {
    const proxy = await openProxy(addressOf(0));
    const balanced = new TypeOrmStorage({ database: proxy.url });
    try {
      await balanced.open();
      await balanced.liveness.join(card(), true);
      proxy.leadTo(addressOf(1));
      const session = `IS_USED_LOCK(CONCAT('romancy:', LEFT(SHA2('${worker}', 256), 40)))`;
      const others = `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = '${name}' AND ID NOT IN (CONNECTION_ID(), ${session})`;
      for (const { id } of await admin.query<{ id: unknown }[]>(others)) await admin.query(`KILL ${String(id)}`);
      while (
        !(await balanced.liveness.beat().then(
          () => true,
          () => false,
        ))
      );
      expect([await sight(first), await sight(second)]).toEqual(['alive', 'unknown']);
    } finally {
      await balanced.liveness.leave();
      await balanced.close();
      await proxy.close();
    }
  });

  let worker = '';
  const card = (): WorkerCard => ({ workerId: (worker = randomUUID()), label: 'a', service: 'tests' });
  /** How the worker looks from there, once it is seen at all. */
  const sight = async (storage: TypeOrmStorage): Promise<string> => {
    for (;;) {
      const { workers } = await storage.leases.scan(
        { token: 'x#1', leaseMs: 1, workflowNames: [], codeVersions: [] },
        1,
      );
      const found = workers.find(({ workerId }) => workerId === worker);
      if (found !== undefined) return found.state;
      await sleep(5);
    }
  };
});

/** The holder does not know yet that its time is over. True if it has written. */
async function lateWrite(storage: TypeOrmStorage, holder: Held, afterMs: number): Promise<boolean> {
  const begin = performance.now();
  while (performance.now() - begin < afterMs) await new Promise((resolve) => setImmediate(resolve));
  const entry = emptyEntry(holder, { history: [historyRow('late:1')] });
  return write(storage, [entry]).then(([verdict]) => verdict?.kind === 'done', isConflict);
}

/** Repeats what another node was in the way of, as the engine does. */
async function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  while (results.length < count) {
    try {
      results.push(await work());
    } catch (error) {
      isConflict(error);
    }
  }
  return results;
}

function isConflict(error: unknown): false {
  if (error instanceof SerializationConflictError) return false;
  throw error;
}
