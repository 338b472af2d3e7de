// @ts-check
import { get, post } from './api.js';
import { ask, complain, notify, readOnly } from './ask.js';
import { badge, h, when } from './dom.js';
import { live } from './live.js';

const STATUSES = [
  'running',
  'waiting_for_timer',
  'waiting_for_message',
  'waiting_for_event',
  'compensating',
  'completed',
  'failed',
  'cancelled',
  'recurred',
];
const ENDED = new Set(['completed', 'failed', 'cancelled', 'recurred']);

/**
 * The list. Its filters, and the token of its page, are in the address.
 * @param {HTMLElement} main @param {URLSearchParams} query
 */
export function showList(main, query) {
  /** @type {Set<string>} */
  const chosen = new Set();
  const body = h('tbody', {});
  const foot = h('div', { class: 'bar' });
  const cancel = h(
    'button',
    { type: 'button', class: 'danger', disabled: true, onclick: () => void cancelChosen(chosen, refreshed) },
    'Cancel the chosen ones',
  );
  main.replaceChildren(
    h('h1', {}, 'Instances'),
    filters(query),
    h(
      'table',
      { class: 'list' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('td', {}),
          ...['Instance', 'Workflow', 'Status', 'Stage', 'Started', 'Updated'].map((head) =>
            h('th', { scope: 'col' }, head),
          ),
        ),
      ),
      body,
    ),
    foot,
    h('div', { class: 'bar' }, readOnly ? null : cancel),
  );

  function refreshed() {
    chosen.clear();
    cancel.disabled = true;
    get('instances', query).then(show, complain);
  }

  /** @param {{ instances: any[], nextPageToken: string | null, searchedTo: number | null }} page */
  function show(page) {
    const focused = keyOf(document.activeElement);
    for (const { instanceId, status } of page.instances) if (ENDED.has(status)) chosen.delete(instanceId);
    cancel.disabled = chosen.size === 0;
    body.replaceChildren(
      ...page.instances.map((instance) =>
        rowOf(instance, chosen, () => {
          cancel.disabled = chosen.size === 0;
        }),
      ),
    );
    if (page.instances.length === 0) {
      body.append(
        h('tr', {}, h('td', { colspan: 7 }, page.nextPageToken ? 'Nothing found so far.' : 'Nothing found.')),
      );
    }
    foot.replaceChildren(...paging(query, page));
    if (focused) {
      const same = [...main.querySelectorAll('a, input')].find((each) => keyOf(each) === focused);
      /** @type {HTMLElement | undefined} */ (same)?.focus();
    }
  }

  return live(() => get('instances', query), show, complain).end;
}

/** What stays the same of a control when its row is built anew. @param {Element | null} element */
function keyOf(element) {
  return element?.closest('tbody, .bar') ? (element.getAttribute('href') ?? element.getAttribute('aria-label')) : null;
}

/** @param {any} instance @param {Set<string>} chosen @param {() => void} changed */
function rowOf(instance, chosen, changed) {
  const { instanceId, workflowName, status, stage, startedAt, updatedAt, ours, framework, cancelRequestedAt } =
    instance;
  const box = h('input', {
    type: 'checkbox',
    'aria-label': `Choose ${instanceId}`,
    onchange: (event) => {
      if (/** @type {HTMLInputElement} */ (event.target).checked) chosen.add(instanceId);
      else chosen.delete(instanceId);
      changed();
    },
  });
  box.checked = chosen.has(instanceId);
  return h(
    'tr',
    {},
    h('td', {}, ours && !ENDED.has(status) && !readOnly ? box : null),
    h('td', {}, h('a', { href: `#/instances/${encodeURIComponent(instanceId)}` }, instanceId)),
    h('td', {}, workflowName, ours ? null : h('span', { class: 'faint' }, ` (${framework})`)),
    h('td', {}, badge(status), cancelRequestedAt !== null && !ENDED.has(status) ? ' cancelling' : null),
    h('td', {}, stage ?? ''),
    h('td', {}, when(startedAt)),
    h('td', {}, when(updatedAt)),
  );
}

/** @param {URLSearchParams} query */
function filters(query) {
  const value = (/** @type {string} */ name) => query.get(name) ?? '';
  const field = (/** @type {string} */ name, /** @type {string} */ label, type = 'text', placeholder = '') =>
    h('label', {}, label, h('input', { name, type, placeholder, value: value(name) }));
  const status = h(
    'select',
    { name: 'status' },
    h('option', { value: '' }, 'all'),
    ...STATUSES.map((each) =>
      h('option', { value: each, selected: each === value('status') }, each.replaceAll('_', ' ')),
    ),
  );
  return h(
    'form',
    {
      class: 'filters',
      role: 'search',
      onsubmit: (event) => {
        event.preventDefault();
        const next = new URLSearchParams();
        for (const [name, text] of new FormData(/** @type {HTMLFormElement} */ (event.target))) {
          if (typeof text !== 'string' || text.trim() === '') continue;
          next.set(name, /^started/.test(name) ? new Date(text).toISOString() : text.trim());
        }
        location.hash = `/instances?${next}`;
      },
    },
    h('label', {}, 'Status', status),
    field('workflow', 'Workflow'),
    field('id', 'Instance id'),
    h(
      'label',
      {},
      'Started after',
      h('input', { name: 'startedAfter', type: 'datetime-local', value: local(value('startedAfter')) }),
    ),
    h(
      'label',
      {},
      'Started before',
      h('input', { name: 'startedBefore', type: 'datetime-local', value: local(value('startedBefore')) }),
    ),
    field('input', 'Value in the input', 'text', 'order.sku:widget'),
    h('button', { type: 'submit', class: 'main' }, 'Find'),
    h('a', { href: '#/instances' }, 'All'),
  );
}

/** @param {string} iso */
function local(iso) {
  if (iso === '' || Number.isNaN(Date.parse(iso))) return '';
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {URLSearchParams} query @param {{ nextPageToken: string | null, searchedTo: number | null }} page */
function paging(query, { nextPageToken, searchedTo }) {
  const first = new URLSearchParams(query);
  first.delete('pageToken');
  const next = new URLSearchParams(query);
  if (nextPageToken) next.set('pageToken', nextPageToken);
  return [
    query.has('pageToken') ? h('a', { href: `#/instances?${first}` }, 'Newest') : '',
    nextPageToken ? h('a', { href: `#/instances?${next}` }, searchedTo === null ? 'Older' : 'Search on') : '',
    searchedTo === null ? '' : h('span', {}, 'Searched back to ', when(searchedTo)),
  ];
}

/** @param {Set<string>} chosen @param {() => void} done */
async function cancelChosen(chosen, done) {
  const reason = await ask({
    title: `Cancel ${chosen.size} instances?`,
    text: 'What they have done is undone where the workflow says how. This cannot be taken back.',
    action: 'Cancel them',
    danger: true,
    field: 'Reason',
  });
  if (reason === null) return;
  try {
    const { outcomes } = await post('instances/cancel', { ids: [...chosen], reason });
    const refused = outcomes.filter((/** @type {{ cancelled: boolean }} */ { cancelled }) => !cancelled);
    notify(
      refused.length === 0
        ? 'Cancellation is asked for.'
        : `${refused.length} could not be cancelled: ${refused[0].problem}`,
    );
    done();
  } catch (error) {
    complain(error);
  }
}
