import type { Mistake } from './mistake.js';

export const NO_EVENT_TYPE = (where: string, type: unknown): Mistake => ({
  where,
  problem: `starts on ${typeof type === 'string' ? `"${type.slice(0, 60)}"` : `${typeof type}`}, which is no event type`,
  cure: 'Give a text of 1 to 200 characters, or what defineEvent made; where that is undefined, its module and this one import each other',
});

export const SEVERAL_KEYS = (type: string): Mistake => ({
  where: `defineEvent('${type}')`,
  problem: 'is called more than once with different keys, but an event is stored under one',
  cure: 'Define the event in one module and import it from there',
});
