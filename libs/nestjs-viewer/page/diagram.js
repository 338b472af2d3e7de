// @ts-check
import { h, span, svg } from './dom.js';
import { stepsOf } from './source-steps.js';

const WIDTH = 420;
const HEIGHT = 40;
const GAP = 22;
const INDENT = 26;

/**
 * The workflow with the path that was taken, and the place where it is.
 * @typedef {{ name: string, inside: string[], count: number, failed: boolean, here: boolean, longest: number | null }} Box
 */

/** `charge:2` and `charge:=customer-7` are steps of `charge`. @param {string} stepId */
const nameOf = (stepId) => stepId.replace(/:(?:\d+|=.*)$/s, '');

/** @param {string | null} source @param {any[]} items @param {any} detail @returns {(Node | null)[]} */
export function diagramOf(source, items, detail) {
  const boxes = boxesOf(source === null ? [] : stepsOf(source), items, detail);
  if (boxes.length === 0) return [];
  const height = boxes.length * (HEIGHT + GAP) - GAP + 8;
  const deepest = Math.max(...boxes.map(({ inside }) => inside.length));
  const width = WIDTH + deepest * INDENT + 130;
  const drawing = svg(
    'svg',
    { class: 'diagram', viewBox: `0 0 ${width} ${height}`, width, role: 'img', 'aria-label': textOf(boxes) },
    ...boxes.flatMap((box, index) => drawn(box, index, boxes[index + 1])),
  );
  return [
    h('h2', {}, 'Diagram'),
    source === null ? h('p', { class: 'faint' }, 'From its history; the source of its code is not stored.') : null,
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Diagram' }, drawing),
  ];
}

/** @param {import('./source-steps.js').SourceStep[]} steps @param {any[]} items @param {any} detail */
function boxesOf(steps, items, detail) {
  /** @type {Box[]} */
  const boxes = [];
  const rows = items.filter(({ kind, stepId }) => !stepId.startsWith('$') && kind !== 'compensation');
  const open = [...detail.waitingFor, ...detail.retrying].map(({ stepId }) => nameOf(stepId));
  const known = [...new Set([...rows.map(({ stepId }) => nameOf(stepId)), ...open])];
  const taken = new Set();
  for (const { name, kind, inside } of steps) {
    // An event is often named by a constant: the next one that was waited for is it.
    const real =
      name === 'receive' && kind === 'message'
        ? known.find((each) => each.startsWith('receive_') && !taken.has(each))
        : name;
    const label = real ?? 'event';
    if (taken.has(label)) continue;
    taken.add(label);
    boxes.push(boxOf(label, inside, rows, open));
  }
  for (const name of known) if (!taken.has(name)) boxes.push(boxOf(name, [], rows, open));
  const lastDone = boxes.findLastIndex(({ count }) => count > 0);
  const next = boxes[lastDone + 1];
  if (detail.status === 'running' && open.length === 0 && next) next.here = true;
  return boxes;
}

/** @param {string} name @param {string[]} inside @param {any[]} rows @param {string[]} open @returns {Box} */
function boxOf(name, inside, rows, open) {
  const mine = rows.filter(({ stepId }) => nameOf(stepId) === name);
  const durations = mine.map(({ durationMs }) => durationMs).filter((each) => each !== null);
  return {
    name,
    inside,
    count: mine.length,
    failed: mine.some(({ ok }) => !ok),
    here: open.includes(name),
    longest: durations.length === 0 ? null : Math.max(...durations),
  };
}

/** @param {Box} box @param {number} index @param {Box | undefined} next */
function drawn(box, index, next) {
  const { name, inside, count, failed, here, longest } = box;
  const x = 4 + inside.length * INDENT;
  const y = 4 + index * (HEIGHT + GAP);
  const state = here ? 'here' : failed ? 'failed' : count > 0 ? 'done' : 'never';
  const facts = [here ? 'here' : '', count > 1 ? `${count} times` : '', longest === null ? '' : span(longest)].filter(
    (each) => each !== '',
  );
  const label = name.length > 40 ? `${name.slice(0, 39)}…` : name;
  const middle = x + 40;
  const nextX = next === undefined ? 0 : 4 + next.inside.length * INDENT + 40;
  const bottom = y + HEIGHT;
  return [
    svg(
      'g',
      { class: state },
      svg('rect', { x, y, width: WIDTH, height: HEIGHT, rx: 6 }),
      svg(
        'text',
        { x: x + 12, y: y + 25 },
        `${mark(state)} ${label}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`,
      ),
      svg('text', { x: x + WIDTH + 8, y: y + 25 }, inside.at(-1) ?? ''),
    ),
    next === undefined
      ? null
      : svg('path', {
          d: `M ${middle} ${bottom} V ${bottom + GAP / 2} H ${nextX} V ${bottom + GAP}`,
          'stroke-dasharray': next.count > 0 ? 'none' : '3 4',
        }),
  ];
}

/** @param {string} state */
function mark(state) {
  return { done: '✓', failed: '✗', here: '▶', never: '·' }[state] ?? '';
}

/** The same in words. @param {Box[]} boxes */
function textOf(boxes) {
  return boxes
    .map(
      ({ name, count, failed, here }) =>
        `${name}: ${here ? 'it is here' : failed ? 'failed' : count > 0 ? `done ${count} times` : 'not reached'}`,
    )
    .join('; ');
}
