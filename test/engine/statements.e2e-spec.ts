import { describe, expect, it } from '@jest/globals';
import { durableMethod, Engine, Registry, type Runnable } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import { databaseKinds, freshDatabase, type DatabaseKind } from '../support/test-databases.js';

const STEPS = 5;

class Five implements Runnable<{ steps: number }, number> {
  async run({ steps }: { steps: number }): Promise<number> {
    let sum = 0;
    for (let k = 1; k <= steps; k += 1) sum += await next(k);
    return sum;
  }
}

const next = durableMethod('next', (k: number) => Promise.resolve(k));

function registry(): Registry {
  const known = new Registry();
  known.addWorkflow({ name: 'five', sourceHash: 'v1', sourceCode: '', create: () => new Five() });
  known.addActivity({ name: 'next', options: {}, invoke: ([k]) => k });
  return known;
}

/** What the engine sent for one workflow, on a database where nothing else runs. */
async function observe(kind: DatabaseKind): Promise<{ statements: string[]; groups: number; result: unknown }> {
  const database = await freshDatabase(kind);
  const statements: string[] = [];
  const storage = new TypeOrmStorage({ database: database.url, onStatement: (sql) => statements.push(sql) });
  const engine = new Engine({
    storage,
    registry: registry(),
    resumeInterval: '1h',
    timerInterval: '1h',
    leaseDuration: '3h',
  });
  try {
    await engine.start();
    await Promise.all(engine.loops.map((loop) => loop.tick()));
    for (const loop of engine.loops) loop.pause();
    // The first start prepares what later ones use again.
    await engine.result((await engine.startInstance({ workflowName: 'five', input: { steps: 1 } })).instanceId);
    statements.length = 0;
    let groups = 0;
    const { commits } = storage;
    const acquire = commits.acquire.bind(commits);
    commits.acquire = async () => {
      const session = await acquire();
      return {
        write: (entries) => {
          groups += 1;
          return session.write(entries);
        },
        release: () => {
          session.release();
        },
      };
    };
    const { instanceId } = await engine.startInstance({ workflowName: 'five', input: { steps: STEPS } });
    const result = await engine.result(instanceId);
    return { statements: [...statements], groups, result };
  } finally {
    await engine.stop();
    await database.drop();
  }
}

describe.each(databaseKinds)('a five-step workflow of plain activities on %s', (kind) => {
  it('costs six commits and reads nothing of what it wrote', async () => {
    const { statements, groups, result } = await observe(kind);
    expect(result).toBe(15);
    expect(groups).toBe(6);
    const begins = statements.filter((sql) => /^\s*(BEGIN|START TRANSACTION)/i.test(sql));
    const commits = statements.filter((sql) => /^\s*COMMIT/i.test(sql));
    if (kind === 'postgres') {
      expect(statements).toHaveLength(6);
      expect(begins).toHaveLength(0);
    } else {
      expect(commits.length).toBeLessThanOrEqual(6);
    }
    // A read that is no part of a write's fence would be a SELECT without a lock, in no transaction.
    const outside = statements.filter((sql) => /^\s*SELECT/i.test(sql) && !/FOR (UPDATE|SHARE)/i.test(sql));
    expect(outside.filter((sql) => !sql.includes('workflow_instances') && !sql.includes('EXISTS'))).toEqual([]);
    expect(statements.some((sql) => /FROM\s+workflow_history/i.test(sql))).toBe(false);
  });
});
