import { HOOK_NAMES, WORKFLOW_EVENT_NAMES } from '@romancy/core';
import type { Mistake } from '../discovery/mistake.js';

const OPTION = 'RomancyModule option hooks';

export const UNKNOWN_EVENT = (where: string, event: string): Mistake => ({
  where,
  problem: `listens to "${event}", which is no event`,
  cure: `Use one of: ${WORKFLOW_EVENT_NAMES.join(', ')}`,
});

export const STATIC_LISTENER = (where: string): Mistake => ({
  where,
  problem: 'is static, but the listener is a method of the object that the container holds',
  cure: 'Remove `static`',
});

export const LISTENER_IN_WORKFLOW = (where: string): Mistake => ({
  where,
  problem: 'is a method of a workflow class, of which every run has an object of its own',
  cure: 'Move it to a provider',
});

export const UNKNOWN_HOOK = (name: string): Mistake => ({
  where: `${OPTION}.${name}`,
  problem: 'is no hook',
  cure: `Use one of: ${HOOK_NAMES.join(', ')}`,
});

export const NO_FUNCTION = (name: string): Mistake => ({
  where: `${OPTION}.${name}`,
  problem: 'is no function',
  cure: 'Give a function, or leave it out',
});
