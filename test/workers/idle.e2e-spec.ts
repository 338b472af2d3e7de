import { setTimeout as sleep } from 'node:timers/promises';
import { Engine, Registry } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import { databaseKinds, freshDatabase } from '../support/test-databases.js';

const WATCHED_MS = 20_000;

describe.each(databaseKinds)('a worker on %s that has nothing to do', (kind) => {
  it('sends at most one query a second', async () => {
    const database = await freshDatabase(kind);
    const sent: string[] = [];
    const engines = [true, false].map((watched) => {
      const registry = new Registry();
      registry.addWorkflow({ name: 'job', sourceHash: 'v1', sourceCode: '', create: () => ({ run: async () => 1 }) });
      const onStatement = watched ? (statement: string) => sent.push(statement) : undefined;
      return new Engine({
        storage: new TypeOrmStorage({ database: database.url, ...(onStatement && { onStatement }) }),
        registry,
      });
    });
    for (const engine of engines) await engine.start();
    await sleep(1_500);
    sent.length = 0;
    await sleep(WATCHED_MS);
    const count = sent.length;
    for (const engine of engines) await engine.stop();
    await database.drop();
    expect(count).toBeGreaterThan(WATCHED_MS / 2_000);
    expect(count).toBeLessThanOrEqual(WATCHED_MS / 1_000 + 1);
  }, 90_000);
});
