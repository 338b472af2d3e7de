// @ts-check
import { showDetail } from './detail.js';
import { h } from './dom.js';
import { showList } from './list.js';
import { showOverview } from './overview.js';
import { showStart } from './start.js';
import { chooseTheme } from './theme.js';

/** @type {{ pattern: RegExp, title: string, show: (main: HTMLElement, parameters: string[], query: URLSearchParams) => (() => void) | void }[]} */
const PAGES = [
  { pattern: /^\/instances$/, title: 'Instances', show: (main, _, query) => showList(main, query) },
  { pattern: /^\/instances\/([^/]+)$/, title: 'Instance', show: (main, [id = '']) => showDetail(main, id) },
  { pattern: /^\/overview$/, title: 'Overview', show: (main) => showOverview(main) },
  { pattern: /^\/start$/, title: 'Start', show: (main) => showStart(main) },
];

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const name = document.title;
/** @type {(() => void) | void} */
let leave;

function open() {
  const [path = '', query = ''] = location.hash.slice(1).split('?');
  const found = PAGES.map((page) => ({ page, match: page.pattern.exec(path) })).find(({ match }) => match);
  if (!found?.match) {
    if (path !== 'main') location.replace('#/instances');
    return;
  }
  leave?.();
  main.replaceChildren(h('p', { class: 'faint' }, 'Loading …'));
  document.title = `${found.page.title} – ${name}`;
  for (const link of document.querySelectorAll('nav a')) {
    if (path.startsWith((link.getAttribute('href') ?? '').slice(1))) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  leave = found.page.show(main, found.match.slice(1).map(decodeURIComponent), new URLSearchParams(query));
}

let started = false;
addEventListener('hashchange', () => {
  open();
  if (started) main.focus();
});
chooseTheme();
open();
started = true;
