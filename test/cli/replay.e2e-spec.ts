import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Test, type TestingModule } from '@nestjs/testing';
import { EXIT } from '@romancy/cli';
import { WorkflowClient } from '@romancy/nestjs';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type TestDatabase } from '../support/test-databases.js';
import { romancy, type Ran } from './command-line.js';
import { NapWorkflow, OrderWorkflow, shop } from './shop.module.js';

const MODULES = fileURLToPath(new URL('shop.module.ts', import.meta.url));

/** Its name as a file would be of 1530 characters. */
const LONG = 'ü'.repeat(255);

describe('the replay of recorded histories', () => {
  let database: TestDatabase;
  let folder: string;
  let module: TestingModule;
  const lines: string[] = [];
  const on = (app: string, ...args: readonly string[]): Promise<Ran> =>
    romancy(['replay', ...args, '--database', database.url, '--app', `${MODULES}#${app}`], {
      cwd: folder,
      status: (text) => lines.push(text),
    });

  beforeAll(async () => {
    database = await freshDatabase('sqlite');
    folder = await mkdtemp(join(tmpdir(), 'romancy-cli-'));
    module = await Test.createTestingModule({ imports: [shop(database.url)] })
      .setLogger(false as never)
      .compile();
    await module.init();
    const client = module.get(WorkflowClient);
    const orders = [1, 2].map((number) =>
      client.start(OrderWorkflow, { sku: `s${String(number)}` }, { instanceId: `order-${String(number)}` }),
    );
    const handles = [
      ...(await Promise.all(orders)),
      await client.start(NapWorkflow, undefined, { instanceId: 'nap-1' }),
      await client.start(NapWorkflow, undefined, { instanceId: LONG }),
    ];
    await eventually('all wait', async () => {
      const statuses = await Promise.all(handles.map((handle) => handle.status()));
      return statuses.every((status) => status.startsWith('waiting'));
    });
    await romancy(['export', '--database', database.url, '-w', 'order', '--out', 'histories'], { cwd: folder });
  });

  afterAll(async () => {
    await module.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('fits the code that recorded them, from files, by id and by workflow', async () => {
    expect(await on('FittingModule', 'histories/')).toMatchObject({
      code: EXIT.ok,
      out: '2 of 2 histories fit the present code.',
    });
    expect((await on('FittingModule', 'histories/order-1.json', 'nap-1')).out).toBe(
      '2 of 2 histories fit the present code.',
    );
    expect((await on('FittingModule', '-w', 'order_workflow', '--limit', '1')).out).toBe(
      '1 of 1 histories fit the present code.',
    );
  });

  it('takes files of instances whatever their ids', async () => {
    const exported = await romancy(['export', '--database', database.url, '-w', 'nap_workflow', '--out', 'naps'], {
      cwd: folder,
    });
    expect(exported).toMatchObject({ code: EXIT.ok, out: expect.stringMatching(/^2 histories in /) as string });
    const replayed = (await on('FittingModule', 'naps/', '--json')).json() as { reports: { instanceId: string }[] };
    expect(replayed.reports.map(({ instanceId }) => instanceId).toSorted()).toEqual(['nap-1', LONG]);
  });

  it('shows what differs where the code has changed, and exits with 7', async () => {
    const ran = await on('ChangedModule', '-w', 'order_workflow');
    expect(ran.code).toBe(EXIT.differs);
    expect(ran.out).toMatch(
      /^DIFFERS {2}order-1 \(order_workflow\)\n {2}error: ROMANCY_NONDETERMINISM_MISSING_STEP\n/m,
    );
    expect(ran.out).toContain('reserve:1');
    expect(ran.out).toContain('0 of 2 histories fit the present code.');
    const report = (await on('ChangedModule', 'order-1', '--json')).json() as { reports: { fits: boolean }[] };
    expect(report.reports).toMatchObject([{ fits: false, instanceId: 'order-1' }]);
  });

  it('says what it cannot do', async () => {
    expect((await on('FittingModule')).code).toBe(EXIT.notFound);
    expect((await on('FittingModule', 'nobody')).code).toBe(EXIT.notFound);
    expect((await on('FittingModule', 'nowhere/')).code).toBe(EXIT.notFound);
    expect((await on('NoModule', 'order-1')).err).toContain('FittingModule');
    expect((await on('ChangedModule', 'nap-1')).err).toContain('nap_workflow is not registered');
    expect((await romancy(['replay', 'order-1'])).err).toContain('--app');
  });

  it('shows how far it has come to whoever looks', () => {
    expect(lines.join()).toMatch(/replayed: \d of \d/);
  });
});
