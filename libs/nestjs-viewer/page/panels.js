// @ts-check
import { badge, h, shown, table, when } from './dom.js';

/** @param {any} detail @returns {(Node | null)[]} */
export function waitingOf({ waitingFor, retrying }) {
  if (waitingFor.length === 0 && retrying.length === 0) return [];
  // A wait for an event also listens to what is sent to the instance alone: one line is enough.
  const waits = waitingFor.filter(
    (/** @type {any} */ wait, /** @type {number} */ index) =>
      waitingFor.findIndex((/** @type {any} */ { stepId }) => stepId === wait.stepId) === index,
  );
  return [
    h('h2', {}, 'Waits for'),
    h(
      'ul',
      {},
      ...waits.map((/** @type {any} */ { kind, stepId, channel, key, until }) =>
        h(
          'li',
          {},
          kind === 'message'
            ? `${channel}${key === null ? '' : ` with key ${key}`}`
            : kind === 'retry'
              ? `the next attempt of ${stepId}`
              : `the timer ${stepId}`,
          until === null ? null : [' until ', when(until)],
        ),
      ),
      ...retrying.map((/** @type {any} */ { stepId, attempts, nextAt, errors }) =>
        h(
          'li',
          {},
          `${stepId} has failed ${attempts} times; tried again `,
          when(nextAt),
          h(
            'ul',
            {},
            ...errors.map((/** @type {any} */ { error, message }) => h('li', { class: 'bad' }, `${error}: ${message}`)),
          ),
        ),
      ),
    ),
  ];
}

/** @param {any} detail */
export function compensationsOf({ compensations }) {
  if (compensations.length === 0) return [];
  return [
    h('h2', {}, 'Registered compensations, the first to run on top'),
    table(
      ['Step', 'Compensation', 'Arguments'],
      compensations.map((/** @type {any} */ { stepId, name, args }) => [
        stepId,
        name,
        shown(args, `Arguments of ${name}`),
      ]),
      'Compensations',
    ),
  ];
}

/** @param {any} detail */
export function generationsOf({ generations: { generations, more }, instanceId }) {
  if (generations.length < 2) return [];
  return [
    h('h2', {}, 'Generations'),
    more.before ? h('p', { class: 'faint' }, 'There are older ones.') : null,
    h(
      'ol',
      {},
      ...generations.map((/** @type {any} */ each) =>
        h(
          'li',
          {},
          each.instanceId === instanceId
            ? h('strong', {}, each.instanceId)
            : h('a', { href: `#/instances/${encodeURIComponent(each.instanceId)}` }, each.instanceId),
          ' ',
          badge(each.status),
          ' ',
          when(each.startedAt),
        ),
      ),
    ),
    more.after ? h('p', { class: 'faint' }, 'There are newer ones.') : null,
  ];
}

/** @param {any} detail */
export function subscriptionsOf({ subscriptions, groups }) {
  return [
    ...(groups.length === 0 ? [] : [h('h2', {}, 'Groups'), h('p', {}, groups.join(', '))]),
    ...(subscriptions.length === 0 ? [] : [h('h2', {}, 'Messages')]),
    ...subscriptions.map((/** @type {any} */ { channel, mode, cursor, pending, morePending }) =>
      h(
        'div',
        {},
        h('h3', {}, `${channel} (${mode})`),
        h(
          'p',
          { class: 'faint' },
          `Has had everything up to message ${cursor}.`,
          pending.length === 0 ? ' Nothing is left for it.' : '',
        ),
        ...pending.map((/** @type {any} */ { id, messageId, key, publishedAt, data }) =>
          h(
            'details',
            {},
            h('summary', {}, `${id}: ${messageId}${key ? `, key ${key}` : ''}, `, when(publishedAt)),
            shown(data, `Message ${messageId}`),
          ),
        ),
        morePending ? h('p', { class: 'faint' }, 'There are more.') : null,
      ),
    ),
  ];
}

/** @param {any} detail */
export function outboxOf({ outbox }) {
  if (outbox.length === 0) return [];
  return [
    h('h2', {}, 'Outbox'),
    table(
      ['Event', 'Type', 'Status', 'Attempts', 'Created', 'Published', 'Data'],
      outbox.map((/** @type {any} */ event) => [
        event.eventId,
        event.eventType,
        h('span', {}, badge(event.status), event.error ? h('p', { class: 'bad' }, event.error) : null),
        event.attempts,
        when(event.createdAt),
        when(event.publishedAt),
        h('details', {}, h('summary', {}, 'Data'), shown(event.data, `Data of ${event.eventId}`)),
      ]),
      'Outbox',
    ),
  ];
}
