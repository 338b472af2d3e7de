import type { Page } from 'playwright-core';
import { picture, violations } from '../support/browser.js';
import { describePage } from '../support/page-scene.js';
import { ApprovalWorkflow, Bank, OrderWorkflow } from '../support/shop.js';
import type { ViewerApp } from '../support/viewer-app.js';

const MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
const MANY = 100_000;

describePage('the page in a browser', (scene) => {
  let app: ViewerApp;
  let page: Page;
  beforeEach(() => {
    app = scene().app;
    ({ page } = scene().watched);
  });

  const open = (hash?: string): Promise<void> => scene().go(hash);
  const startOrder = async (id: string, sku = 'w'): Promise<void> => {
    await app.client.start(OrderWorkflow, { sku, quantity: 1, express: false }, { instanceId: id });
    await app.reaches(id, app.nest.get(Bank).open ? 'completed' : 'failed');
  };
  const startFailing = async (id: string): Promise<void> => {
    const bank = app.nest.get(Bank);
    bank.open = false;
    try {
      await startOrder(id, MARKUP);
    } finally {
      bank.open = true;
    }
  };
  const startApproval = async (id: string): Promise<void> => {
    await app.client.start(ApprovalWorkflow, { sku: 'a' }, { instanceId: id });
    await app.reaches(id, 'waiting_for_message');
  };

  it('starts a workflow by the form of its schema, once it is confirmed, and shows it', async () => {
    await open('#/start');
    await page.getByLabel('Workflow').selectOption('order');
    await page.getByLabel('Instance id (optional)').fill('by-form');
    await page.getByLabel(/^sku/).fill('widget');
    await page.getByLabel(/^quantity/).fill('3');
    await picture(page, 'start');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Leave it' }).click();
    expect(await app.get('instances/by-form').then(({ status }) => status)).toBe(404);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Start it' }).click();
    await page.getByRole('heading', { name: 'by-form' }).waitFor();
    await page.getByText('completed', { exact: true }).waitFor();
    await page.getByText('charge:1').waitFor();
    expect(await page.getByRole('img', { name: /reserve: done 1 times; charge: done 1 times/ }).count()).toBe(1);
    await picture(page, 'instance');
  });

  it('finds by status, workflow, id and a value inside the input, and opens what was found', async () => {
    await startOrder('find-me', 'rare-sku');
    await startOrder('not-me', 'usual');
    await open();
    await page.getByLabel('Value in the input').fill('sku:rare-sku');
    await page.getByLabel('Status').selectOption('completed');
    await page.getByLabel('Workflow').fill('ord');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('link', { name: 'find-me' }).waitFor();
    await page.getByRole('link', { name: 'not-me' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'find-me' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'find-me' }).waitFor();
  });

  it('shows changes while it is looked at', async () => {
    await startApproval('live');
    await open('#/instances/live');
    await page.getByText('waiting for approval').waitFor();
    await page.getByText('order.approved until').waitFor();
    await picture(page, 'waiting');
    await app.client.deliver({ id: 'e', source: '/t', type: 'order.approved', data: { by: 'ann' } });
    await page.getByText('completed', { exact: true }).waitFor();
    await page.getByText('receive_order.approved:1').waitFor();
  });

  it('cancels with a reason after it was asked', async () => {
    await startApproval('to-cancel');
    await open('#/instances/to-cancel');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByLabel('Reason').fill('wrong article');
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await page.getByText('cancelled', { exact: true }).waitFor();
    await page.getByText('wrong article').first().waitFor();
    await page.getByText('undoes reserve:1').waitFor();
    await picture(page, 'cancelled');
  });

  it('cancels several at once', async () => {
    for (const id of ['bulk-1', 'bulk-2']) await startApproval(id);
    await open('#/instances?id=bulk-');
    for (const id of ['bulk-1', 'bulk-2']) await page.getByLabel(`Choose ${id}`).check();
    await page.getByRole('button', { name: 'Cancel the chosen ones' }).click();
    await page.getByRole('button', { name: 'Cancel them' }).click();
    await app.reaches('bulk-1', 'cancelled');
    await app.reaches('bulk-2', 'cancelled');
    expect(await page.locator('tbody .s-cancelled').nth(1).textContent()).toBe('cancelled');
  });

  it('sends an event to the instance', async () => {
    await startApproval('to-approve');
    await open('#/instances/to-approve');
    await page.getByRole('button', { name: 'Send an event' }).click();
    await page.getByLabel('Type').fill('order.approved');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Data').fill('{"by":"bob"}');
    await page.getByRole('button', { name: 'Send it' }).click();
    await app.reaches('to-approve', 'completed');
  });

  it('retries what failed, and shows both generations', async () => {
    await startFailing('to-retry');
    await open('#/instances/to-retry');
    await page.locator('ol.timeline li', { hasText: /took .*, 2 attempts/ }).waitFor();
    await picture(page, 'failed');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('button', { name: 'Retry it' }).click();
    await page.getByRole('heading', { name: 'to-retry~2' }).waitFor();
    await page.getByText('completed', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'to-retry', exact: true }).waitFor();
  });

  it('shows markup in payloads, ids and errors as text', async () => {
    await startFailing('marked');
    await open('#/instances/marked');
    await page.getByText(`The bank is closed for ${MARKUP}`).first().waitFor();
    expect(await page.getByLabel('Input', { exact: true }).textContent()).toContain('<img src=x onerror=');
    await app.client.start(OrderWorkflow, { sku: MARKUP, quantity: 1, express: false }, { instanceId: MARKUP });
    await open('#/instances');
    await page.getByRole('link', { name: MARKUP }).click();
    await page.getByRole('heading', { name: MARKUP }).waitFor();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.locator('main img, main script').count()).toBe(0);
  });

  it('its policy stops what is put into it all the same', async () => {
    await open();
    await page.getByRole('heading', { name: 'Instances' }).waitFor();
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
    }`);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(scene().watched.problems.splice(0)).toEqual([expect.stringContaining('Content Security Policy')]);
  });

  it('says what the server refuses', async () => {
    await startOrder('taken');
    await open('#/start');
    await page.getByLabel('Workflow').selectOption('order');
    await page.getByLabel('Instance id (optional)').fill('taken');
    await page.getByLabel(/^sku/).fill('widget');
    await page.getByLabel(/^quantity/).fill('3');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Start it' }).click();
    expect(await page.getByRole('alert').getByRole('paragraph').textContent()).toContain('taken');
    // The browser itself reports the status of the answer.
    expect(scene().watched.problems.splice(0)).toEqual([expect.stringContaining('409')]);
  });

  it.each([
    ['light', false],
    ['dark', true],
  ])('is accessible on every page in the %s theme', async (theme, dark) => {
    await startFailing('has-failed');
    await startApproval('waits');
    page = await scene().renew({ dark });
    for (const [hash, name] of [
      ['#/instances', 'Instances'],
      ['#/instances/has-failed', 'has-failed'],
      ['#/instances/waits', 'waits'],
      ['#/overview', 'Overview'],
      ['#/start', 'Start a workflow'],
    ] as const) {
      await open(hash);
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      if (hash.includes('/instances/')) await page.getByRole('heading', { name: 'Timeline' }).waitFor();
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
      expect({ hash, violations: await violations(page) }).toEqual({ hash, violations: [] });
      if (hash === '#/overview') await picture(page, `overview-${theme}`);
      if (hash === '#/instances' && dark) await picture(page, 'instances-dark');
    }
    await page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(dark ? 'light' : 'dark');
  });

  it('fits a phone', async () => {
    await startFailing('has-failed');
    page = await scene().renew({ phone: true });
    for (const hash of ['#/instances', '#/instances/has-failed', '#/overview', '#/start']) {
      await open(hash);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      const [content, window] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      );
      expect({ hash, content }).toEqual({ hash, content: window });
      if (hash === '#/instances') await picture(page, 'phone');
    }
  });

  it(`pages through ${MANY.toLocaleString()} instances`, async () => {
    await insertMany(app);
    await open('#/instances?id=bulk-entry&limit=100');
    await page.getByRole('link', { name: 'bulk-entry-000001', exact: true }).waitFor();
    const seen = new Set<string>();
    for (let count = 0; count < 5; count++) {
      const names = await page.locator('tbody td:nth-child(2)').allTextContents();
      expect(names).toHaveLength(100);
      for (const name of names) seen.add(name);
      await page.getByRole('link', { name: 'Older' }).click();
      await page
        .getByRole('link', { name: `bulk-entry-${String((count + 1) * 100 + 1).padStart(6, '0')}`, exact: true })
        .waitFor();
    }
    expect(seen.size).toBe(500);
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByRole('link', { name: 'bulk-entry-000001', exact: true }).waitFor();
    await open('#/instances?id=entry-099999');
    await page.getByRole('link', { name: 'Search on' }).click();
    await page.getByRole('link', { name: 'bulk-entry-099999' }).waitFor();
    await open('#/instances');
    await page.getByRole('link', { name: 'Older' }).waitFor();
    await picture(page, 'instances');
  });
});

/** Ended instances of long ago, one a second. */
async function insertMany(app: ViewerApp): Promise<void> {
  const { dataSource } = app.host;
  const [{ source_hash: hash }] = await dataSource.query<[{ source_hash: string }]>(
    `SELECT source_hash FROM workflow_definitions WHERE workflow_name = 'order'`,
  );
  const time = `strftime('%Y-%m-%d %H:%M:%S', 1700000000 - n, 'unixepoch')`;
  await dataSource.query(
    `WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < ${String(MANY)})` +
      ` INSERT INTO workflow_instances (instance_id, workflow_name, source_hash, owner_service, framework, status, input_data, output_data, started_at, updated_at)` +
      ` SELECT 'bulk-entry-' || printf('%06d', n), 'order', '${hash}', 'shop', 'typescript', 'completed', '{"sku":"w"}', '{"result":1}', ${time}, ${time} FROM many`,
  );
}
