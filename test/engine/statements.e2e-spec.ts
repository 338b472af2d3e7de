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
    // Paused first: a pass that begins in between, as those of the leader do, would still be asking later on.
    for (const loop of engine.loops) loop.pause();
    await Promise.all(engine.loops.map((loop) => loop.tick()));
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

/** What each statement does and to which table; a text may carry several. */
function shapesOf(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => text.split(/;\s*/))
    .map((sql) => sql.trim())
    .filter((sql) => sql !== '')
    .map((sql) => {
      const [verb = ''] = /^(START TRANSACTION|\w+)/i.exec(sql) ?? [];
      const table = /(?:INTO|UPDATE|FROM)\s+((?:workflow|romancy)_\w+)/i.exec(sql)?.[1];
      return table === undefined ? verb : `${verb} ${table}`;
    });
}

const START = 'INSERT workflow_instances';
const STEP = 'INSERT workflow_history';
const FENCE = ['START TRANSACTION', 'SELECT workflow_instances'];
const END = ['UPDATE workflow_instances', STEP];
const times = (count: number, group: readonly string[]): readonly string[] =>
  Array.from({ length: count }, () => group).flat();

const ON_MYSQL = [
  START,
  ...times(4, [...FENCE, STEP, 'COMMIT']),
  ...FENCE,
  STEP,
  'UPDATE workflow_instances',
  'COMMIT',
];

const EXPECTED: Record<DatabaseKind, readonly string[]> = {
  // One statement is one commit there.
  postgres: ['WITH workflow_instances', ...times(5, ['WITH workflow_instances'])],
  sqlite: ['BEGIN', START, 'COMMIT', ...times(4, ['BEGIN', STEP, 'COMMIT']), 'BEGIN', ...END, 'COMMIT'],
  mysql: ON_MYSQL,
  mariadb: ON_MYSQL,
};

describe.each(databaseKinds)('a five-step workflow of plain activities on %s', (kind) => {
  it('costs six commits, these statements, and no read of what it wrote', async () => {
    const { statements, groups, result } = await observe(kind);
    expect(result).toBe(15);
    expect(groups).toBe(6);
    expect(shapesOf(statements)).toEqual(EXPECTED[kind]);
    expect(statements.some((sql) => /FROM\s+workflow_history/i.test(sql))).toBe(false);
  });
});
