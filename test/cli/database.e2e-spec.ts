import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EXIT } from '@romancy/cli';
import { WorkflowClient } from '@romancy/nestjs';
import { eventually } from '../support/eventually.js';
import { databaseKinds, freshDatabase, type TestDatabase } from '../support/test-databases.js';
import { romancy, type Ran } from './command-line.js';
import { NapWorkflow, OrderWorkflow, shop } from './shop.module.js';

// MariaDB has the dialect of MySQL.
describe.each(databaseKinds.filter((kind) => kind !== 'mariadb'))('the command line on %s', (kind) => {
  let database: TestDatabase;
  let folder: string;
  let application: INestApplication;
  let client: WorkflowClient;
  const on = (...args: readonly string[]): Promise<Ran> =>
    romancy([...args, '--database', database.url], { cwd: folder });
  const statusOf = async (id: string): Promise<string> =>
    ((await on('get', id, '--json')).json() as { status: string }).status;

  beforeAll(async () => {
    database = await freshDatabase(kind);
    folder = await mkdtemp(join(tmpdir(), 'romancy-cli-'));
  });

  afterAll(async () => {
    await application.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('tells that the tables are missing, makes them, and tells that they are there', async () => {
    const missing = await on('migrate', 'status');
    if (kind === 'sqlite') {
      expect(missing).toMatchObject({
        code: EXIT.unreachable,
        err: expect.stringContaining('romancy migrate up') as string,
      });
    } else {
      expect(missing.code).toBe(EXIT.notMigrated);
      expect(missing.out).toContain('pending');
      expect((await on('list')).code).toBe(EXIT.notMigrated);
      expect(await on('doctor')).toMatchObject({
        code: EXIT.unhealthy,
        out: expect.stringContaining('fail  tables') as string,
      });
    }
    const up = await on('migrate', 'up');
    expect(up).toMatchObject({ code: EXIT.ok });
    expect(up.out).toContain('applied 20251217000000_initial_schema.sql');
    expect((await on('migrate', 'up')).out).toBe('The tables are up to date.');
    const lean = (await on('migrate', 'up', '--indexes', 'lean')).out;
    expect(lean).toMatch(/^applied DROP INDEX idx_history_instance\b/m);
    expect((await on('migrate', 'up')).out).toBe('The tables are up to date.');
    expect((await on('migrate', 'up', '--indexes', 'family')).out.split('\n')).toHaveLength(lean.split('\n').length);
    expect(await on('migrate', 'up', '--indexes', 'none')).toMatchObject({ code: EXIT.usage });
    const states = (await on('migrate', 'status', '--json')).json() as { state: string }[];
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['applied']));
  });

  it('takes a migration back where that is asked for in so many words', async () => {
    expect(await on('migrate', 'down')).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('--yes') as string,
    });
    expect((await on('migrate', 'down', '--yes')).out).toMatch(/^took back \d+_romancy_\w+\.sql$/);
    expect((await on('migrate', 'status')).code).toBe(EXIT.notMigrated);
    expect((await on('migrate', 'up')).code).toBe(EXIT.ok);
  });

  it('says that nobody works before anybody does', async () => {
    expect((await on('list')).out).toBe('No instances.');
    expect(await on('doctor')).toMatchObject({
      code: EXIT.ok,
      out: expect.stringContaining('none; nothing is to be done') as string,
    });
    expect(await on('start', 'order_workflow', '{}')).toMatchObject({
      code: EXIT.notFound,
      err: expect.stringContaining('No application with the workflow order_workflow') as string,
    });
  });

  it('starts nothing that only a sibling knows', async () => {
    const connection = await database.connect();
    await connection.query(
      'INSERT INTO workflow_definitions (workflow_name, source_hash, source_code, created_at) VALUES' +
        ` ('order_workflow', 'edda-1', '@workflow\nasync def order_workflow(ctx): ...', '2037-01-01 00:00:00'),` +
        ` ('order_workflow', 'edda-2', '    async def order_workflow(ctx): ...', '2037-01-01 00:00:00'),` +
        ` ('order_workflow', '', '', '2037-01-01 00:00:00')`,
    );
    await connection.destroy();
    expect((await on('start', 'order_workflow', '{}')).code).toBe(EXIT.notFound);
  });

  it('shows what an application does', async () => {
    const builder = Test.createTestingModule({ imports: [shop(database.url)] }).setLogger(false as never);
    application = await (await builder.compile()).createNestApplication().init();
    client = application.get(WorkflowClient);
    await client.start(OrderWorkflow, { sku: 'widget' }, { instanceId: 'order-1' });
    await client.start(OrderWorkflow, { sku: 'gone' }, { instanceId: 'order-2' });
    await client.start(NapWorkflow, undefined, { instanceId: 'nap-1' });
    await eventually('all have come to rest', async () => {
      const { instances } = (await on('list', '--json')).json() as { instances: { status: string }[] };
      return instances.length === 3 && instances.every(({ status }) => status !== 'running');
    });
    const { out } = await on('list');
    expect(out).toMatch(/^INSTANCE +WORKFLOW +STATUS/);
    expect(out).toMatch(/^order-1 +order_workflow +waiting_for_message +reserved/m);
    expect((await on('list', '--status', 'waiting', '-w', 'order')).out).not.toContain('order-2');
    expect((await on('list', '--input', 'sku=gone')).out).toContain('order-2');
    const first = (await on('list', '--limit', '2', '--json')).json() as {
      instances: unknown[];
      nextPageToken: string;
    };
    expect(first.instances).toHaveLength(2);
    const rest = (
      await on('list', '--limit', '2', '--page-token', first.nextPageToken, '--json')
    ).json() as typeof first;
    expect(rest.instances).toHaveLength(1);
  });

  it('shows one, and its steps', async () => {
    const { out } = await on('get', 'order-1');
    expect(out).toContain('"sku": "widget"');
    expect(out).toMatch(/1\. \[.*Z\] ActivityCompleted - reserve:1/);
    expect(out).toMatch(/message .* on order\.paid until/);
    expect((await on('history', 'order-1')).out).toContain('   result: {"sku":"widget"}');
    expect(await on('get', 'nobody')).toMatchObject({
      code: EXIT.notFound,
      err: 'romancy: There is no instance nobody.',
    });
  });

  it('explains why one waits, sleeps or has failed', async () => {
    const waiting = await on('explain', 'order-1');
    expect(waiting.out).toMatch(/waits for order\.paid, until .*\(in 1d 23h\)/);
    expect(waiting.out).toContain("romancy event order-1 order.paid '<data>'");
    expect((await on('explain', 'nap-1')).out).toMatch(/sleeps until .*\(in 2d 23h\)/);
    const failed = (await on('explain', 'order-2', '--json')).json() as { reasons: string[]; advice: string[] };
    expect(failed.reasons.join()).toContain('There is no gone left.');
    expect(failed.advice.join()).toContain('romancy retry order-2');
  });

  it('starts, retries and cancels; a worker of the application does it', async () => {
    expect((await on('start', 'order_workflow', '{"sku": "bolt"}', '--id', 'order-3')).out).toBe(
      'order-3 has started.',
    );
    await eventually('it was taken', async () => (await statusOf('order-3')) === 'waiting_for_message');
    // The definition of the sibling, which is newer, was not taken for it.
    expect((await on('get', 'order-3', '--json')).json()).toMatchObject({
      codeVersion: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect((await on('start', 'order_workflow', '{"sku": "bolt"}', '--id', 'order-3')).code).toBe(EXIT.refused);
    expect((await on('start', 'order_workflow', '{sku}')).code).toBe(EXIT.usage);
    expect(await on('event', 'order-3', 'order.paid')).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('--url') as string,
    });
    expect((await on('cancel', 'order-3', '--reason', 'customer asked')).code).toBe(EXIT.ok);
    await eventually('it was cancelled', async () => (await statusOf('order-3')) === 'cancelled');
    expect((await on('explain', 'order-3')).out).toContain('customer asked');
    expect((await on('cancel', 'order-3')).code).toBe(EXIT.ok); // it has what it asked for
    expect((await on('cancel', 'order-2')).code).toBe(EXIT.refused);
    expect((await on('cancel', 'nobody')).code).toBe(EXIT.notFound);
    expect((await on('retry', 'order-2')).out).toBe('order-2~2 has started.');
    expect((await on('retry', 'order-1')).code).toBe(EXIT.refused);
    expect((await on('retry', 'nobody')).code).toBe(EXIT.notFound);
  });

  it('finds nothing wrong with it', async () => {
    const { code, out } = await on('doctor');
    expect(code).toBe(EXIT.ok);
    expect(out).toMatch(/^ok +workers +1: /m);
  });

  it('writes histories into files', async () => {
    expect((await on('export', '-w', 'order_workflow', '--out', 'histories')).out).toContain('histories in ');
    expect(await readdir(join(folder, 'histories'))).toContain('order-1.json');
    const { out } = await on('export', 'order-1');
    expect(JSON.parse(out)).toEqual(JSON.parse(await readFile(join(folder, 'histories/order-1.json'), 'utf8')));
    expect((await on('export', 'nobody')).code).toBe(EXIT.notFound);
    expect((await on('export')).code).toBe(EXIT.usage);
  });

  it('removes what is over: first it shows what, then it archives and removes', async () => {
    await eventually('the second try failed too', async () => (await statusOf('order-2~2')) === 'failed');
    expect((await on('gc')).code).toBe(EXIT.usage);
    expect((await on('gc', '--failed', '30d')).out).toBe('0 instances removed.');
    const never = await on('gc', '--failed', '0ms', '--cancelled', 'never', '-w', 'nap_workflow', '--dry-run');
    expect(never.out).toBe('0 instances would be removed.');
    await eventually('a second has passed', async () => {
      const { removed } = (await on('gc', '--failed', '0ms', '--dry-run', '--json')).json() as { removed: string[] };
      return removed.length === 2 && new Set([...removed, 'order-2', 'order-2~2']).size === 2;
    });
    const { out } = await on('gc', '--failed', '0ms', '--archive', 'archive.jsonl');
    expect(out).toBe('2 instances removed.');
    const lines = (await readFile(join(folder, 'archive.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { instance: { instanceId: string } }).instance.instanceId)).toEqual(
      ['order-2', 'order-2~2'],
    );
    expect((await on('get', 'order-2')).code).toBe(EXIT.notFound);
    expect(await statusOf('order-3')).toBe('cancelled');
  });
});

describe('the command line without a database', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'romancy-cli-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(['list', 'get x', 'history x', 'explain x', 'doctor', 'migrate status', 'export x', 'gc --failed 1d'])(
    '%s makes no file',
    async (line) => {
      const ran = await romancy([...line.split(' '), '--db', 'none.db'], { cwd: folder });
      expect([EXIT.unreachable, EXIT.unhealthy]).toContain(ran.code);
      expect(existsSync(join(folder, 'none.db'))).toBe(false);
    },
  );

  it('says how to name one', async () => {
    const ran = await romancy(['list'], { cwd: folder });
    expect(ran).toMatchObject({
      code: EXIT.unreachable,
      err: expect.stringMatching(/no database file .*romancy\.db.*--database/) as string,
    });
  });

  it('tells a server that is not there from a name that is none', async () => {
    expect((await romancy(['list', '--database', 'postgres://127.0.0.1:1/none'])).code).toBe(EXIT.unreachable);
    expect((await romancy(['list', '--database', 'oracle://host/none'])).code).toBe(EXIT.usage);
  });
});
