import { definedEvents, readEvent } from '@romancy/core';
import type { FoundWorkflow } from './found.js';
import type { Mistake } from './mistake.js';
import * as messages from './start-events.messages.js';

/** Mistakes in what workflows say about the events that start them, and of the events themselves. */
export function judgeEvents(workflows: readonly FoundWorkflow[]): readonly Mistake[] {
  return [
    ...workflows.flatMap(({ provider, metadata }) =>
      metadata.startOn.flatMap((type) => judgeType(provider.className, type)),
    ),
    ...definedEvents.ambiguous().map((type) => messages.SEVERAL_KEYS(type)),
  ];
}

function judgeType(where: string, type: unknown): readonly Mistake[] {
  try {
    readEvent({ specversion: '1.0', id: '1', source: '/', type }, undefined);
    return [];
  } catch {
    return [messages.NO_EVENT_TYPE(where, type)];
  }
}
