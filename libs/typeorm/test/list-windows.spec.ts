import { randomUUID } from 'node:crypto';
import type { InstanceFilter, InstancePage } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { DataSource } from 'typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from './support/databases.js';
import { newInstance, startEntry, startHeld, write } from './support/entries.js';

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const MANY = 2400;
/** Neither a few at the beginning nor the newest are what is looked for. */
const RARE = [17, 1000, 1001, 2200];

describe.each(DATABASES)('lists of many instances on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  const sent: string[] = [];

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database, { onStatement: (statement) => sent.push(statement) });
    await startHeld(storage);
    const instances = Array.from({ length: MANY }, (_, index) => ({
      ...newInstance(),
      instanceId: `${RARE.includes(index) ? 'rare' : 'usual'}-${String(index).padStart(5, '0')}-${randomUUID()}`,
      // Three seconds with eight hundred instances each, all of one second in the same millisecond.
      startedAt: NOON + Math.floor(index / 800) * 1000,
      lock: null,
    }));
    for (let start = 0; start < MANY; start += 500)
      await write(storage, instances.slice(start, start + 500).map(startEntry));
  }, 120_000);

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  async function pages(filter: InstanceFilter): Promise<readonly InstancePage[]> {
    const all: InstancePage[] = [];
    for (let pageToken: string | undefined; all.length < 100;) {
      const page = await storage.instances.list({ ...filter, ...(pageToken !== undefined && { pageToken }) });
      all.push(page);
      if (page.nextPageToken === null) break;
      pageToken = page.nextPageToken;
    }
    return all;
  }

  const idsOf = (all: readonly InstancePage[]): readonly string[] =>
    all.flatMap(({ instances }) => instances.map(({ instanceId }) => instanceId.slice(0, -37)));

  it('go through all of them, each once, in the same order, however they are cut into pages', async () => {
    const large = idsOf(await pages({ limit: 1000 }));
    expect(large).toHaveLength(MANY + 1);
    expect(new Set(large).size).toBe(MANY + 1);
    expect(idsOf(await pages({ limit: 997, scanLimit: 1 }))).toEqual(large);
  });

  it('find what is rare, and may pause on the way', async () => {
    const [whole, ...more] = await pages({ instanceId: 'RARE', limit: 10 });
    expect(more).toEqual([]);
    const found = ['rare-02200', 'rare-01001', 'rare-01000', 'rare-00017'];
    expect(whole?.searchedTo).toBeUndefined();
    expect(idsOf(whole ? [whole] : [])).toEqual(found);
    const paused = await pages({ instanceId: 'RARE', limit: 10, scanLimit: 100 });
    expect(idsOf(paused)).toEqual(found);
    expect(paused.length).toBeGreaterThan(1);
    for (const page of paused.slice(0, -1)) {
      expect(page.hasMore).toBe(true);
      expect(page.searchedTo).toEqual(expect.any(Number));
    }
  });

  it('read a bounded stretch for the first page, and nothing but an index for few of a status', async () => {
    sent.length = 0;
    await storage.instances.list({ limit: 20 });
    expect(sent).toHaveLength(2);
    sent.length = 0;
    expect((await storage.instances.list({ status: 'failed' })).instances).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  (name.startsWith('sqlite') ? it : it.skip).each<[string, InstanceFilter]>([
    ['the newest', {}],
    ['a part of an id', { instanceId: 'rare' }],
    ['a value inside the input', { input: [{ path: 'a.b', value: 1 }] }],
    ['a status', { status: 'failed' }],
    ['a workflow', { workflowName: 'absent' }],
    ['a time', { startedAfter: NOON, startedBefore: NOON + 1000 }],
  ])('look for %s by an index alone', async (_what, filter) => {
    sent.length = 0;
    await storage.instances.list({ ...filter, limit: 20, scanLimit: 100 });
    const connection = await new DataSource(database.dataSourceOptions()).initialize();
    const details: string[] = [];
    for (const statement of sent.filter((each) => each.includes('workflow_instances'))) {
      const nothing = Array.from(statement.matchAll(/\?/g), () => null);
      const plan = await connection.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${statement}`, nothing);
      details.push(...plan.map(({ detail }) => detail));
    }
    await connection.destroy();
    const looks = details.filter((detail) => /^(SCAN|SEARCH) i\b/.test(detail));
    expect(looks.length).toBeGreaterThan(0);
    expect(looks.filter((detail) => !detail.includes('INDEX'))).toEqual([]);
  });
});
