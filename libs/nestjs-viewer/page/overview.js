// @ts-check
import { get } from './api.js';
import { complain } from './ask.js';
import { badge, h, span, table, when } from './dom.js';
import { live } from './live.js';

/** @param {{ count: number, capped: boolean }} bounded */
const counted = ({ count, capped }) => `${count.toLocaleString()}${capped ? '+' : ''}`;

/** @param {HTMLElement} main */
export function showOverview(main) {
  return live(
    () => get('overview'),
    (overview) => main.replaceChildren(...partsOf(overview)),
    complain,
  ).end;
}

/** @param {any} overview */
function partsOf({ instances, lastHour, slowest, workers, otherHolders, leaders, outbox, loops, database, now }) {
  return [
    h('h1', {}, 'Overview'),
    h('p', { class: 'faint' }, `Database: ${database}. Its clock: `, when(now)),
    h('h2', {}, 'Instances'),
    h(
      'div',
      { class: 'cards' },
      ...instances.map((/** @type {any} */ each) =>
        h(
          'div',
          { class: 'card' },
          h('a', { href: `#/instances?status=${each.status}` }, badge(each.status), h('strong', {}, counted(each))),
        ),
      ),
    ),
    h('h2', {}, 'Last hour'),
    h(
      'div',
      { class: 'cards' },
      h('div', { class: 'card' }, 'started', h('strong', {}, counted(lastHour.started))),
      ...lastHour.ended.map((/** @type {any} */ each) =>
        h('div', { class: 'card' }, badge(each.status), h('strong', {}, counted(each))),
      ),
    ),
    h('h2', {}, 'Slowest activities'),
    table(
      ['Activity', 'Steps', 'Average', 'Longest', 'Instance'],
      slowest.map((/** @type {any} */ { name, count, averageMs, longestMs, instanceId }) => [
        name,
        count,
        span(averageMs),
        span(longestMs),
        h('a', { href: `#/instances/${encodeURIComponent(instanceId)}` }, instanceId),
      ]),
      'Slowest activities',
    ),
    h('h2', {}, 'Workers'),
    table(
      ['Worker', 'Service', 'Host', 'Process', 'Last sign of life', 'Instances', 'First lease ends'],
      workers.map((/** @type {any} */ worker) => [
        worker.workerId,
        worker.service,
        worker.host,
        worker.pid,
        when(worker.seenAt),
        worker.instances,
        when(worker.earliestExpiry),
      ]),
      'Workers',
    ),
    ...otherHolders.map((/** @type {any} */ { workerId, instances: held }) =>
      h('p', { class: 'faint' }, `${workerId}, which is not on the list, holds ${held}.`),
    ),
    ...leaders.map((/** @type {any} */ { name, holder }) => h('p', { class: 'faint' }, `${name}: ${holder}`)),
    h('h2', {}, 'Outbox'),
    h(
      'div',
      { class: 'cards' },
      ...outbox.map((/** @type {any} */ each) =>
        h('div', { class: 'card' }, badge(each.status), h('strong', {}, counted(each))),
      ),
    ),
    h('h2', {}, 'Schedules of this process'),
    table(
      ['Loop', 'At most every'],
      loops.map((/** @type {any} */ { name, intervalMs }) => [name, span(intervalMs)]),
      'Schedules of this process',
    ),
  ];
}
