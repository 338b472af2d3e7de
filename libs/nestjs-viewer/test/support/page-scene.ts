import type { Browser, Page } from 'playwright-core';
import { findBrowser, launch, openPage, type WatchedPage } from './browser.js';
import { ViewerApp } from './viewer-app.js';

/** An application and a page of a real browser for each test. */
export class PageScene {
  #watched: WatchedPage | undefined;

  constructor(
    readonly app: ViewerApp,
    readonly browser: Browser,
  ) {}

  get watched(): WatchedPage {
    if (!this.#watched) throw new Error('No page is open.');
    return this.#watched;
  }

  /** Another page in place of the one before. */
  async renew(settings: Parameters<typeof openPage>[1] = {}): Promise<Page> {
    await this.#watched?.context.close();
    this.#watched = await openPage(this.browser, settings);
    return this.#watched.page;
  }

  async go(hash = ''): Promise<void> {
    await this.watched.page.goto(this.app.url + hash);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.app.close();
  }
}

/** Tests in a browser, where there is one: none of them may log an error or ask another host for anything. */
export function describePage(name: string, define: (scene: () => PageScene) => void): void {
  const path = findBrowser();
  (path === undefined ? describe.skip : describe)(name, () => {
    let scene: PageScene;
    beforeAll(async () => {
      scene = new PageScene(await ViewerApp.start({ title: 'Shop' }, { prefix: 'admin' }), await launch(path ?? ''));
    }, 60_000);
    afterAll(() => scene.close());
    beforeEach(() => scene.renew());
    afterEach(async () => {
      const { problems, hosts, context } = scene.watched;
      expect(problems).toEqual([]);
      expect([...hosts]).toEqual([new URL(scene.app.url).host]);
      await context.close();
    });
    define(() => scene);
  });
}
