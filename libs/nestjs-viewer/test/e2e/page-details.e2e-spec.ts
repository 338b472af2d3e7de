import type { Page, Route } from 'playwright-core';
import { violations } from '../support/browser.js';
import { describePage } from '../support/page-scene.js';
import { LongWorkflow, RoundsWorkflow } from '../support/shop.js';
import type { ViewerApp } from '../support/viewer-app.js';

describePage('what the page gets right', (scene) => {
  let app: ViewerApp;
  let page: Page;
  beforeEach(() => {
    app = scene().app;
    ({ page } = scene().watched);
  });

  it('leaves out of the form what may be left out', async () => {
    await scene().go('#/start');
    await page.getByLabel('Workflow').selectOption('long');
    await page.getByLabel('Instance id (optional)').fill('sparse');
    await page.getByLabel(/^steps/).fill('1');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Start it' }).click();
    await page.getByRole('heading', { name: 'sparse' }).waitFor();
    const { input } = await app.json<{ input: { json: object } }>('instances/sparse');
    expect(Object.keys(input.json)).toEqual(['steps']);
    await scene().go('#/start');
    await page.getByLabel('Workflow').selectOption('long');
    await page.getByLabel('Instance id (optional)').fill('full');
    await page.getByLabel(/^steps/).fill('1');
    await page.getByLabel(/^due/).fill('2026-03-01');
    await page.getByLabel(/^speed/).selectOption('fast');
    await page.getByLabel(/^street/).fill('Hill 1');
    await page.getByLabel(/^home/).selectOption('false');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Start it' }).click();
    await page.getByRole('heading', { name: 'full' }).waitFor();
    expect(await app.json('instances/full')).toMatchObject({
      input: {
        json: {
          due: { $romancy: 'Date' },
          speed: 'fast',
          address: { street: 'Hill 1', city: 'Ulm', home: false },
        },
      },
    });
  });

  it('makes a form of a class with nested classes and lists', async () => {
    await scene().go('#/start');
    await page.getByLabel('Workflow').selectOption('delivery');
    await page.getByLabel('Instance id (optional)').fill('by-class');
    await page.getByLabel(/^by/).selectOption('bike');
    await page
      .getByRole('group', { name: 'lines 1' })
      .getByLabel(/^sku .* Article number/)
      .fill('a');
    await page
      .getByRole('group', { name: 'lines 1' })
      .getByLabel(/^quantity/)
      .fill('2');
    for (let line = 2; line <= 3; line++) await page.getByRole('button', { name: 'Add to lines' }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove lines 2' }).click();
    await page.getByRole('group', { name: 'lines 3' }).getByLabel(/^sku/).fill('b');
    await page
      .getByRole('group', { name: 'lines 3' })
      .getByLabel(/^quantity/)
      .fill('3');
    await page.getByLabel(/^street/).fill('Hill 1');
    await page.getByLabel(/^otherwise.*JSON/).fill('{"street":"Hill 2"}');
    await page.getByLabel(/^due/).fill('2026-03-01');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Start it' }).click();
    await page.getByRole('heading', { name: 'by-class' }).waitFor();
    const { input } = await app.json<{ input: { json: object } }>('instances/by-class');
    expect(input.json).toEqual({
      by: 'bike',
      lines: [
        { sku: 'a', quantity: 2 },
        { sku: 'b', quantity: 3 },
      ],
      to: { street: 'Hill 1', otherwise: { street: 'Hill 2' } },
      due: { $romancy: 'Date', value: '2026-03-01T00:00:00.000Z' },
    });
  });

  it('shows the whole history of an instance that recurs while it is looked at', async () => {
    await app.client.start(RoundsWorkflow, 1, { instanceId: 'rounds' });
    await app.reaches('rounds', 'waiting_for_message');
    await scene().go('#/instances/rounds');
    await page.getByText('round.over', { exact: true }).waitFor();
    await app.client.deliver({ id: 'over', source: '/t', type: 'round.over' });
    await page.locator('.s-recurred').first().waitFor();
    await page.locator('ol.timeline li').nth(1).waitFor();
    expect(await page.locator('ol.timeline li > strong').allTextContents()).toEqual([
      'reserve:1',
      'receive_round.over:1',
    ]);
  });

  it('shows a long history by and by', async () => {
    await app.client.start(LongWorkflow, { steps: 1010 }, { instanceId: 'long' });
    await app.reaches('long', 'completed');
    await scene().go('#/instances/long');
    const entries = page.locator('ol.timeline > li');
    await page.getByRole('button', { name: 'Show more' }).waitFor();
    expect(await entries.count()).toBe(1000);
    await page.getByRole('button', { name: 'Show more' }).click();
    await entries.nth(1009).waitFor();
    expect(await entries.count()).toBe(1010);
    expect(await page.evaluate('document.activeElement.textContent')).toContain('reserve:1001');
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  });

  it('looks once at a time, however often the page is hidden and shown', async () => {
    await scene().go();
    const looks = await page.evaluate<number>(`(async () => {
      const { live } = await import('${app.url}/assets/live.js');
      let count = 0;
      const { end } = live(() => new Promise(() => (count += 1)), () => undefined, () => undefined);
      for (let n = 0; n < 3; n++) document.dispatchEvent(new Event('visibilitychange'));
      end();
      return count;
    })()`);
    expect(looks).toBe(1);
  });

  it('stays on the page that was gone to while another one was loading', async () => {
    const asked = new Promise<Route>((resolve) => void page.route('**/api/workflows', resolve));
    await scene().go('#/start');
    const request = await asked;
    await page.getByRole('link', { name: 'Instances' }).click();
    await page.getByRole('columnheader', { name: 'Workflow' }).waitFor();
    const answered = page.waitForResponse('**/api/workflows').then((answer) => answer.finished());
    await request.continue();
    await answered;
    await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Instances']);
  });
});
