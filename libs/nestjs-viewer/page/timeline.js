// @ts-check
import { h, shown, span, when } from './dom.js';

const WORDS = /** @type {Record<string, string>} */ ({
  activity: 'activity',
  timer: 'timer',
  message: 'message received',
  timeout: 'nothing came in time',
  compensation: 'compensation',
  end: 'end',
  other: 'other',
});

/** @param {any[]} items @param {number} startedAt @param {(() => void) | null} showMore null where these are all */
export function timelineOf(items, startedAt, showMore) {
  return [
    h('h2', {}, 'Timeline'),
    items.length === 0 ? h('p', { class: 'faint' }, 'Nothing is recorded yet.') : null,
    h('ol', { class: 'timeline' }, ...items.map((item) => entryOf(item, startedAt))),
    showMore && h('p', {}, h('button', { type: 'button', onclick: showMore }, 'Show more')),
  ];
}

/** @param {any} item @param {number} startedAt */
function entryOf(item, startedAt) {
  const { stepId, kind, ok, time, durationMs, attempts, failure, failedAttempts, input, result, message, compensates } =
    item;
  const facts = [
    WORDS[kind] ?? kind,
    compensates === null ? '' : `undoes ${compensates}`,
    durationMs === null ? '' : `took ${span(durationMs)}`,
    attempts === null || attempts < 2 ? '' : `${attempts} attempts`,
    message?.channel ? `from ${message.channel}` : '',
  ].filter((fact) => fact !== '');
  return h(
    'li',
    { class: [kind, ok ? '' : 'failed'].join(' ') },
    h('strong', {}, stepId),
    h('span', { class: 'faint' }, ` ${facts.join(', ')}`),
    h('span', { class: 'when' }, when(time), ` (+${span(Math.max(0, time - startedAt))})`),
    failure === null ? null : h('p', { class: 'bad' }, `${failure.name}: ${failure.message}`),
    failedAttempts.length === 0
      ? null
      : h(
          'ul',
          {},
          ...failedAttempts.map((/** @type {any} */ each) =>
            h('li', { class: 'faint' }, `attempt ${each.attempt}: ${each.error}: ${each.message}`),
          ),
        ),
    input === null && result === null && !failure?.stack
      ? null
      : h(
          'details',
          {},
          h('summary', {}, 'Values'),
          shown(input, `Input of ${stepId}`),
          shown(result, `Result of ${stepId}`),
          failure?.stack ? shown({ readable: true, json: failure.stack.split('\n') }, `Stack of ${stepId}`) : null,
        ),
  );
}
