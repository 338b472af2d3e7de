import { acceptedEvent, type CloudEventValue } from '@romancy/core';
import { until, type Lab } from './lab.js';

const ATTRIBUTES = {
  source: '/test',
  subject: undefined,
  time: undefined,
  dataContentType: undefined,
  dataSchema: undefined,
  extensions: {},
};
let events = 0;

/** An event as it comes in, with an id of its own. */
export function eventOf(type: string, data: unknown): ReturnType<typeof acceptedEvent> {
  const event: CloudEventValue = { ...ATTRIBUTES, id: `event ${String(++events)}`, type, data };
  return acceptedEvent(event);
}

/** Resolves when nobody holds the instance and it waits. */
export async function parked(lab: Lab, instanceId: string): Promise<void> {
  await until('it is parked', () => {
    const { lockedBy, status } = lab.row(instanceId);
    return lockedBy === null && status !== 'running';
  });
}
