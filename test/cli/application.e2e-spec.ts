import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EXIT } from '@romancy/cli';
import { RomancyViewerModule } from '@romancy/nestjs-viewer';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type TestDatabase } from '../support/test-databases.js';
import { romancy, type Ran } from './command-line.js';
import { shop } from './shop.module.js';

describe('the command line on a running application', () => {
  let database: TestDatabase;
  let folder: string;
  let application: INestApplication;
  let bare: INestApplication;
  let url: string;
  let bareUrl: string;

  async function listening(viewer: boolean): Promise<INestApplication> {
    const imports = [shop(database.url, viewer ? [RomancyViewerModule.forRoot({ path: 'ops' })] : [])];
    const module = await Test.createTestingModule({ imports })
      .setLogger(false as never)
      .compile();
    const made = module.createNestApplication();
    await made.listen(0);
    return made;
  }
  const urlOf = (app: INestApplication): string =>
    `http://127.0.0.1:${String((app.getHttpServer() as { address(): AddressInfo }).address().port)}`;

  beforeAll(async () => {
    database = await freshDatabase('sqlite');
    folder = await mkdtemp(join(tmpdir(), 'romancy-cli-'));
    [application, bare] = [await listening(true), await listening(false)];
    [url, bareUrl] = [urlOf(application), urlOf(bare)];
    await writeFile(join(folder, 'romancy.config.json'), JSON.stringify({ viewerPath: '/ops' }));
  });

  afterAll(async () => {
    await application.close();
    await bare.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const on = (...args: readonly string[]): Promise<Ran> => romancy(args, { cwd: folder, env: { ROMANCY_URL: url } });
  const statusOf = async (id: string): Promise<string> =>
    ((await on('get', id, '--json')).json() as { status: string }).status;

  it('starts with the schema checked, lists, shows, explains', async () => {
    expect((await on('start', 'order_workflow', '{"sku": "widget"}', '--id', 'order-1')).out).toBe(
      'order-1 has started.',
    );
    expect((await on('start', 'order_workflow', '{"sku": "widget"}', '--id', 'order-1')).code).toBe(EXIT.refused);
    const refused = await on('start', 'order_workflow', '{"sku": 7}');
    expect(refused).toMatchObject({ code: EXIT.refused, err: expect.stringContaining('sku') as string });
    expect((await on('start', 'unheard_of')).code).toBe(EXIT.notFound);
    await eventually('it waits', async () => (await statusOf('order-1')) === 'waiting_for_message');
    expect((await on('list', '--status', 'waiting', '--input', 'sku=widget', '--since', '1h')).out).toContain(
      'order-1',
    );
    expect((await on('list', '--until', '1h')).out).toBe('No instances.');
    expect((await on('history', 'order-1')).out).toContain('reserve:1');
    expect((await on('explain', 'order-1')).out).toContain('waits for order.paid');
    expect((await on('doctor')).out).toMatch(/^ok +application/m);
    expect((await on('get', 'nobody')).code).toBe(EXIT.notFound);
    expect((await on('history', 'nobody')).code).toBe(EXIT.notFound);
  });

  it('sends an event to one instance, with flags before and after', async () => {
    const sent = await on(
      '--url',
      url,
      'event',
      '--event-id',
      'e1',
      'order-1',
      'order.paid',
      '{"orderId": "order-1"}',
      '--json',
    );
    expect(sent.json()).toMatchObject({ id: 'e1', answer: { status: 'accepted' } });
    await eventually('it has ended', async () => (await statusOf('order-1')) === 'completed');
    expect((await on('get', 'order-1')).out).toContain('"paid": "order-1"');
    expect((await on('event', '-', 'order.paid', '-', '--path', 'nowhere')).code).toBe(EXIT.usage);
    const nowhere = await on('event', '-', 'order.paid', '{}', '--path', 'nowhere');
    expect(nowhere).toMatchObject({ code: EXIT.notFound, err: expect.stringContaining('--path') as string });
  });

  it('cancels and retries', async () => {
    await on('start', 'order_workflow', '@input.json', '--id', 'order-2');
    await writeFile(join(folder, 'input.json'), '{"sku": "bolt"}');
    await on('start', 'order_workflow', '@input.json', '--id', 'order-2');
    expect((await on('cancel', 'order-2', '--reason', 'changed my mind')).code).toBe(EXIT.ok);
    await eventually('it was cancelled', async () => (await statusOf('order-2')) === 'cancelled');
    expect((await on('get', 'order-2')).out).toContain('changed my mind');
    expect((await on('retry', 'order-2')).out).toBe('order-2~2 has started.');
    expect((await on('cancel', 'nobody')).code).toBe(EXIT.notFound);
    for (const id of ['.', '..']) {
      expect(await on('cancel', id)).toMatchObject({ code: EXIT.usage });
      expect(await on('get', id)).toMatchObject({ code: EXIT.usage });
    }
    expect((await on('retry', 'order-1')).code).toBe(EXIT.refused);
  });

  it('says what is missing: the viewer, the application, a URL that is one', async () => {
    const withoutViewer = await on('list', '--url', bareUrl);
    expect(withoutViewer).toMatchObject({
      code: EXIT.notFound,
      err: expect.stringContaining('RomancyViewerModule') as string,
    });
    expect((await on('doctor', '--url', bareUrl)).code).toBe(EXIT.ok);
    const away = await on('list', '--url', 'http://127.0.0.1:1');
    expect(away).toMatchObject({ code: EXIT.unreachable, err: expect.stringContaining('does not answer') as string });
    expect((await on('list', '--url', 'not a url')).code).toBe(EXIT.usage);
    expect((await on('gc', '--failed', '1d')).err).toContain('--database');
  });

  it('takes the flag before the environment, and the environment before the configuration', async () => {
    await writeFile(join(folder, 'other.json'), JSON.stringify({ url: 'http://127.0.0.1:1', viewerPath: '/ops' }));
    const config = ['--config', 'other.json'];
    expect((await romancy(['list', ...config], { cwd: folder })).code).toBe(EXIT.unreachable);
    expect((await on('list', ...config)).code).toBe(EXIT.ok);
    expect((await on('list', ...config, '--database', database.url)).out).toContain('order-1');
    expect((await on('list', '--config', 'nowhere.json')).code).toBe(EXIT.usage);
    await writeFile(join(folder, 'other.json'), '{"databse": "x"}');
    expect(await on('list', ...config)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('databse') as string,
    });
  });
});
