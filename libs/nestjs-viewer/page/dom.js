// @ts-check
/** Elements are built here and nowhere else; text only ever becomes a text node, so that no payload can become markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | number | EventListener | null | undefined>} [attributes] listeners under `on…`
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, attributes);
  append(element, children);
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Child | Child[])} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  apply(element, attributes);
  append(element, children);
  return element;
}

/** @param {Element} element @param {Record<string, unknown>} attributes */
function apply(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** @param {Element} element @param {(Child | Child[])[]} children */
function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === 'number' ? String(child) : child);
  }
}

/** @param {string} status */
export function badge(status) {
  return h('span', { class: `status s-${status}` }, status.replaceAll('_', ' '));
}

/** @param {number | null} time */
export function when(time) {
  if (time === null) return h('span', { class: 'faint' }, '–');
  const date = new Date(time);
  return h('time', { datetime: date.toISOString() }, date.toLocaleString());
}

/** @param {number | null} ms */
export function span(ms) {
  if (ms === null) return '–';
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/**
 * A stored value as text.
 * @param {import('./api.js').StoredValue | null} value
 * @param {string} label
 */
export function shown(value, label) {
  if (value === null) return null;
  if (!value.readable) return h('p', { class: 'faint' }, `${label}: not shown, ${value.reason}`);
  const text = JSON.stringify(value.json, null, 2);
  return h('pre', { tabindex: 0, role: 'group', 'aria-label': label }, text);
}

/** @param {[string, Child | Child[]][]} facts */
export function factList(facts) {
  return h(
    'dl',
    { class: 'facts' },
    ...facts
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}

/** @param {string[]} heads @param {Child[][]} rows @param {string} caption */
export function table(heads, rows, caption) {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((cell) => h('td', {}, cell))))),
    ),
  );
}
