import { describe, expect, it } from '@jest/globals';
import { Engine, Registry, type WorkflowContext } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import { databaseKinds, freshDatabase } from '../support/test-databases.js';

/** Pairs that a collation without case and accents takes for one, and what no database can hold. */
const KEYS = ['é', 'e', 'straße', 'STRASSE', 'a', 'a ', 'x\0y', 'x\ud800', '日本', '日'];

class Keys {
  async run(_input: unknown, ctx: WorkflowContext): Promise<readonly unknown[]> {
    ctx.setStage('keys of \0 and \ud800');
    const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
    return Promise.all(KEYS.map((key) => ctx.step('note', () => key.length, { key }).catch(codeOf)));
  }
}

describe.each(databaseKinds)('keys of steps on %s', (kind) => {
  it('are told apart, or refused at the call where the database cannot', async () => {
    const database = await freshDatabase(kind);
    const registry = new Registry();
    registry.addWorkflow({ name: 'keys', sourceHash: 'v1', sourceCode: '', create: () => new Keys() });
    const engine = new Engine({ storage: new TypeOrmStorage({ database: database.url }), registry });
    await engine.start();
    const { instanceId } = await engine.startInstance({ workflowName: 'keys', input: null });
    const refused = 'ROMANCY_STEP_ID';
    const second = (length: number): unknown => (kind === 'mysql' || kind === 'mariadb' ? refused : length);
    const expected = [1, second(1), 6, second(7), 1, second(2), refused, refused, 2, 1];
    expect(await engine.result(instanceId, { timeout: '20s' })).toEqual(expected);
    expect((await engine.get(instanceId)).stage).toBe('keys of \u{fffd} and \u{fffd}');
    await engine.stop();
    await database.drop();
  }, 60_000);
});
