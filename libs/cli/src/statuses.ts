import { INSTANCE_STATUSES, type InstanceStatus } from '@romancy/core';
import { InvalidArgumentError } from 'commander';

/** Other words for statuses, those of Romancy for Go among them. */
const ALIASES: Readonly<Record<string, readonly InstanceStatus[]>> = {
  waiting: ['waiting_for_event', 'waiting_for_message', 'waiting_for_timer'],
  waiting_event: ['waiting_for_event', 'waiting_for_message'],
  waiting_timer: ['waiting_for_timer'],
  waiting_message: ['waiting_for_message'],
  canceled: ['cancelled'],
  live: ['running', 'waiting_for_event', 'waiting_for_message', 'waiting_for_timer', 'compensating'],
  ended: ['completed', 'failed', 'cancelled'],
};

/** Adds the statuses of a word, or of several with commas between them, to those before. */
export function addStatuses(text: string, before: readonly InstanceStatus[] = []): readonly InstanceStatus[] {
  return [...new Set([...before, ...text.split(',').flatMap(statusesOf)])];
}

function statusesOf(word: string): readonly InstanceStatus[] {
  const name = word.trim().toLowerCase().replaceAll('-', '_');
  const status = INSTANCE_STATUSES.find((each) => each === name);
  if (status !== undefined) return [status];
  const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (alias !== undefined) return alias;
  throw new InvalidArgumentError(`Known are ${INSTANCE_STATUSES.join(', ')}, and ${Object.keys(ALIASES).join(', ')}.`);
}
