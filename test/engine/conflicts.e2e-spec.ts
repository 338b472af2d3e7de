import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { currentActivity, durableMethod, Engine, Registry } from '@romancy/core';
import { activityManager, TypeOrmStorage } from '@romancy/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { databaseKinds, freshDatabase, type DatabaseKind, type TestDatabase } from '../support/test-databases.js';
import { describeEach } from '../support/describe-each.js';

type Work = (first: string, second: string) => Promise<void>;

const touch = (manager: EntityManager, id: string): Promise<unknown> =>
  manager.query(`UPDATE shelves SET touched = touched + 1 WHERE id = '${id}'`);

/** How a body may meet the conflict of its second statement. */
const BODIES: Readonly<Record<string, (manager: EntityManager, id: string) => Promise<unknown>>> = {
  'lets its error pass': touch,
  'lets it pass out of a savepoint': (manager, id) => manager.transaction((nested) => touch(nested, id)),
  'wraps it in an error of its own': (manager, id) =>
    touch(manager, id).catch((cause: unknown) => {
      throw new Error('The shelf could not be taken.', { cause });
    }),
  'swallows it and goes on': async (manager, id) => {
    await touch(manager, id).catch(() => undefined);
    await touch(manager, id);
  },
};

/** An engine with one activity that has a single attempt. */
class Shelves {
  readonly attempts: number[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly engine: Engine,
    readonly connection: DataSource,
  ) {}

  static async on(kind: DatabaseKind, work: (shelves: Shelves, manager: EntityManager) => Work): Promise<Shelves> {
    const database = await freshDatabase(kind);
    const invoke = durableMethod('touch', () => Promise.resolve()) as unknown as Work;
    const registry = new Registry();
    registry.addWorkflow({
      name: 'touching',
      sourceHash: 'v1',
      sourceCode: '',
      create: () => ({ run: (input) => invoke(...(input as [string, string])) }),
    });
    registry.addActivity({
      name: 'touch',
      options: { retry: { maxAttempts: 1 } },
      invoke: (args) => {
        const { attempt, transaction } = currentActivity()!;
        shelves.attempts.push(attempt);
        return work(shelves, activityManager(transaction!))(...(args as unknown as [string, string]));
      },
    });
    const engine = new Engine({ storage: new TypeOrmStorage({ database: database.url }), registry });
    await engine.start();
    const connection = await database.connect();
    await connection.query('CREATE TABLE shelves (id VARCHAR(10) PRIMARY KEY, touched INTEGER NOT NULL)');
    await connection.query(`INSERT INTO shelves (id, touched) VALUES ('a', 0), ('b', 0)`);
    const shelves = new Shelves(database, engine, connection);
    return shelves;
  }

  async run(...shelves: [string, string]): Promise<unknown> {
    return this.engine.result(
      (await this.engine.startInstance({ workflowName: 'touching', input: shelves })).instanceId,
    );
  }

  touched(): Promise<unknown> {
    return this.connection.query('SELECT id, touched FROM shelves ORDER BY id');
  }

  async close(): Promise<void> {
    await this.engine.stop();
    await this.connection.destroy();
    await this.database.drop();
  }
}

describeEach(databaseKinds.filter((kind) => kind !== 'sqlite'))('an activity with one attempt, on %s', (kind) => {
  let shelves: Shelves;

  afterEach(() => shelves.close());

  describe.each(Object.keys(BODIES))('whose body meets a deadlock and %s', (body) => {
    beforeEach(async () => {
      const second = BODIES[body]!;
      let holding = 0;
      let meet: () => void = () => undefined;
      const met = new Promise<void>((resolve) => (meet = resolve));
      shelves = await Shelves.on(kind, (_shelves, manager) => async (first, other) => {
        await touch(manager, first);
        holding += 1;
        if (holding === 2) meet();
        await met;
        await second(manager, other);
      });
    }, 60_000);

    it('is made again without counting, and takes effect once', async () => {
      await Promise.all([shelves.run('a', 'b'), shelves.run('b', 'a')]);
      // Whoever loses is made again; on a busy machine it may lose more than once.
      expect(shelves.attempts.length).toBeGreaterThanOrEqual(3);
      expect(new Set(shelves.attempts)).toEqual(new Set([1]));
      // Who swallows takes the second one twice.
      const each = body.startsWith('swallows') ? 3 : 2;
      expect(await shelves.touched()).toEqual([
        { id: 'a', touched: each },
        { id: 'b', touched: each },
      ]);
    }, 60_000);
  });

  it('is made again without counting when a lock was waited for too long', async () => {
    const setting = kind === 'postgres' ? `SET LOCAL lock_timeout = '50ms'` : 'SET innodb_lock_wait_timeout = 1';
    shelves = await Shelves.on(kind, (_shelves, manager) => async (first, second) => {
      await manager.query(setting);
      await touch(manager, first);
      await touch(manager, second);
    });
    const { connection } = shelves;
    const holder = connection.createQueryRunner();
    await holder.startTransaction();
    await touch(holder.manager, 'b');
    const result = shelves.run('a', 'b');
    while (shelves.attempts.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await holder.rollbackTransaction();
    await holder.release();
    await result;
    expect(new Set(shelves.attempts)).toEqual(new Set([1]));
    expect(await shelves.touched()).toEqual([
      { id: 'a', touched: 1 },
      { id: 'b', touched: 1 },
    ]);
  }, 60_000);
});
