// @ts-check
import { ApiError, get, instancePath } from './api.js';
import { actionsOf } from './actions.js';
import { complain } from './ask.js';
import { diagramOf } from './diagram.js';
import { badge, factList, h, shown, when } from './dom.js';
import { live } from './live.js';
import { compensationsOf, generationsOf, outboxOf, subscriptionsOf, waitingOf } from './panels.js';
import { timelineOf } from './timeline.js';

const PAGE = 200;
/** Rows that are shown at first, and how many more when more are asked for. */
const MANY = 1000;

/**
 * One instance. Each part is built anew only when what it shows has changed, so that nobody loses the place while reading.
 * @param {HTMLElement} main @param {string} id
 */
export function showDetail(main, id) {
  /** @type {Map<string, { section: HTMLElement, text: string }>} */
  const parts = new Map();
  /** @type {any[]} */
  let items = [];
  let most = MANY;
  /** There are more rows than these. */
  let more = false;
  /** Where to go on reading when more rows have come. */
  let continueAt = -1;
  let archived = false;
  /** @type {string | null} */
  let source = null;
  const heading = h('h1', {}, id);
  main.replaceChildren(heading);
  get(`${instancePath(id)}/source`).then(
    (answer) => (source = answer.source),
    () => undefined,
  );

  /** @param {string} name @param {unknown} value @param {() => (Node | null)[]} build */
  function part(name, value, build) {
    const text = JSON.stringify(value);
    let known = parts.get(name);
    if (known?.text === text) return;
    if (!known) {
      known = { section: h('section', {}), text };
      main.append(known.section);
    }
    parts.set(name, { section: known.section, text });
    known.section.replaceChildren(...build().filter((node) => node !== null));
  }

  /** @type {{ detail: any, source: string | null } | undefined} */
  let current;

  /** The same object as before, unless something has changed. */
  async function read() {
    const detail = await get(instancePath(id));
    if (archived !== (detail.status === 'recurred')) {
      // The history has moved, and its rows have other ids there.
      archived = !archived;
      items = [];
    }
    const before = `${items.length} ${more}`;
    for (let rest = true; rest && items.length < most; more = rest) {
      const query = new URLSearchParams({ afterId: String(items.at(-1)?.id ?? 0), limit: String(PAGE) });
      const page = await get(`${instancePath(id)}/history`, query);
      items = [...items, ...page.items];
      rest = page.nextAfterId !== null;
    }
    const same = current?.detail === detail && current?.source === source && `${items.length} ${more}` === before;
    if (!same || !current) current = { detail, source };
    return current;
  }

  /** @param {{ detail: any }} value */
  function show({ detail }) {
    part(
      'head',
      [
        detail.status,
        detail.stage,
        detail.updatedAt,
        detail.block,
        detail.takeovers,
        detail.cancelRequestedAt,
        detail.heldBy,
      ],
      () => headOf(detail),
    );
    part('waiting', [detail.waitingFor, detail.retrying], () => waitingOf(detail));
    part('values', [detail.input, detail.outcome], () => valuesOf(detail));
    part('diagram', [items.length, detail.status, detail.waitingFor, source === null], () =>
      diagramOf(source, items, detail),
    );
    part('timeline', [items.length, more, detail.retrying], () =>
      timelineOf(items, detail.startedAt, more ? showMore : null),
    );
    if (continueAt >= 0 && continueAt < items.length) {
      const entry = /** @type {HTMLElement | undefined} */ (main.querySelectorAll('ol.timeline > li')[continueAt]);
      entry?.setAttribute('tabindex', '-1');
      entry?.focus();
      continueAt = -1;
    }
    part('compensations', detail.compensations, () => compensationsOf(detail));
    part('generations', detail.generations, () => generationsOf(detail));
    part('messages', [detail.subscriptions, detail.groups], () => subscriptionsOf(detail));
    part('outbox', detail.outbox, () => outboxOf(detail));
  }

  function showMore() {
    continueAt = items.length;
    most += MANY;
    watch.now();
  }

  const watch = live(read, show, (error) => {
    if (error instanceof ApiError && error.status === 404) main.replaceChildren(heading, h('p', {}, error.message));
    else complain(error);
  });
  return watch.end;
}

/** @param {any} detail */
function headOf(detail) {
  const { status, workflowName, framework, stage, startedAt, updatedAt, block, takeovers, heldBy, heldUntil } = detail;
  return [
    h('p', {}, badge(status), block === null ? null : h('span', {}, ' ', badge('blocked'))),
    factList([
      ['Workflow', detail.ours ? workflowName : `${workflowName} (${framework})`],
      ['Stage', stage],
      ['Started', when(startedAt)],
      ['Updated', when(updatedAt)],
      ['Service', detail.ownerService],
      ['Code version', detail.codeVersion],
      ['Held by', heldBy === null ? null : [heldBy, ' until ', when(heldUntil)]],
      ['Cancellation asked for', detail.cancelRequestedAt === null ? null : when(detail.cancelRequestedAt)],
      ['Reason', detail.cancelReason],
      ['Continues', detail.continuedFrom],
    ]),
    block === null
      ? null
      : h(
          'div',
          { class: 'card' },
          h('h2', {}, `Blocked: ${block.code}`),
          h('p', {}, String(block.explanation?.message ?? '')),
          shown({ readable: true, json: block.explanation }, 'Explanation'),
          h(
            'p',
            { class: 'faint' },
            'It goes on when code that fits is deployed, or when it is retried. Since ',
            when(block.blockedAt),
          ),
        ),
    takeovers === null
      ? null
      : h(
          'p',
          { class: 'bad' },
          `Workers died ${takeovers.count} times while running it. It rests until `,
          when(takeovers.restsUntil),
        ),
    actionsOf(detail),
  ];
}

/** @param {any} detail */
function valuesOf({ input, outcome }) {
  const failure = outcome?.failure;
  return [
    h('h2', {}, 'Input'),
    shown(input, 'Input'),
    outcome === null ? null : h('h2', {}, 'Outcome'),
    shown(outcome?.result ?? null, 'Result'),
    failure ? h('p', { class: 'bad' }, `${failure.name}: ${failure.message}`) : null,
    failure?.stack
      ? h('details', {}, h('summary', {}, 'Stack'), shown({ readable: true, json: failure.stack.split('\n') }, 'Stack'))
      : null,
    outcome?.compensations
      ? shown({ readable: true, json: outcome.compensations }, 'What became of the compensations')
      : null,
  ];
}
