import { randomUUID } from 'node:crypto';
import type { CommitEntry } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, type DatabaseName, type TestDatabase } from './support/databases.js';
import { claimRunnable, emptyEntry, historyRow, newInstance, startEntry, startHeld, write } from './support/entries.js';

/** Statements of a group. Where a transaction is needed, BEGIN and COMMIT count. */
interface Cost {
  readonly start: number;
  readonly starts: number;
  readonly step: number;
  readonly lastStepAndEnd: number;
  readonly steps: number;
  readonly stepsAndEnds: number;
}

const COSTS: Readonly<Record<DatabaseName, Cost>> = {
  // One prepared statement each, whatever the size of the group.
  postgres: { start: 1, starts: 1, step: 1, lastStepAndEnd: 1, steps: 1, stepsAndEnds: 1 },
  // BEGIN and lock, then rows and COMMIT: two texts.
  mysql: { start: 1, starts: 1, step: 2, lastStepAndEnd: 2, steps: 2, stepsAndEnds: 2 },
  mariadb: { start: 1, starts: 1, step: 2, lastStepAndEnd: 2, steps: 2, stepsAndEnds: 2 },
  // In the process: no round trips. The fence is part of the first statement; an end also looks whether there is anything to clean up.
  sqlite: { start: 3, starts: 12, step: 3, lastStepAndEnd: 5, steps: 12, stepsAndEnds: 32 },
  sqlite3: { start: 3, starts: 12, step: 3, lastStepAndEnd: 5, steps: 12, stepsAndEnds: 32 },
};

describe.each(DATABASES)('statements of the hot path on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  const sent: string[] = [];
  const isServer = name !== 'sqlite' && name !== 'sqlite3';

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database, { onStatement: (statement) => sent.push(statement) });
    await startHeld(storage);
  }, 120_000);

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  /** What reaches the database for this group: statements, or texts where several travel as one. */
  async function cost(entries: readonly CommitEntry[]): Promise<number> {
    sent.length = 0;
    const verdicts = await write(storage, entries);
    expect(verdicts.every(({ kind }) => kind === 'done')).toBe(true);
    return sent.length;
  }

  const started = async (count: number): Promise<CommitEntry[]> => {
    const instances = Array.from({ length: count }, () => newInstance());
    await write(storage, instances.map(startEntry));
    return instances.map((create) =>
      emptyEntry(
        { instanceId: create.instanceId, token: create.lock?.token ?? '' },
        { history: [historyRow(`a:${randomUUID()}`)] },
      ),
    );
  };
  const ending = (entry: CommitEntry): CommitEntry => ({
    ...entry,
    status: 'completed',
    output: '{"result":1}',
    release: true,
    cleanUp: true,
  });

  it('are as few as can be', async () => {
    const costs: Cost = {
      start: await cost([startEntry(newInstance())]),
      starts: await cost(Array.from({ length: 10 }, () => startEntry(newInstance()))),
      step: await cost(await started(1)),
      lastStepAndEnd: await cost((await started(1)).map(ending)),
      steps: await cost(await started(10)),
      stepsAndEnds: await cost((await started(10)).map(ending)),
    };
    expect(costs).toEqual(COSTS[name]);
  });

  it('read nothing back', async () => {
    sent.length = 0;
    const [entry] = await started(1);
    await write(storage, [entry!]);
    await write(storage, [ending({ ...entry!, history: [historyRow('last:1')] })]);
    const reads = sent.filter((statement) => /^SELECT/i.test(statement) && !statement.includes('FOR UPDATE'));
    // SQLite looks whether an end leaves anything to clean up, which is cheaper there than to delete in vain.
    expect(reads.filter((statement) => isServer || !statement.includes('EXISTS'))).toEqual([]);
  });

  it('of an idle scan is one', async () => {
    const scope = { token: 't', leaseMs: 1000, workflowNames: ['nothing', 'else'], codeVersions: ['a', 'b'] };
    sent.length = 0;
    expect(await claimRunnable(storage, scope, 100)).toEqual([]);
    expect(sent).toHaveLength(1);
  });
});
