import { derivedId } from '../messages/message-id.js';
import type { CloudEventValue } from './cloud-event.js';
import { keyOfEvent } from './event-key.js';
import { targetOf } from './event-target.js';

/** An instance that an event starts. */
export interface EventStart {
  readonly workflowName: string;
  readonly input: unknown;
}

/** An event that has been checked and can be stored. */
export interface AcceptedEvent {
  readonly event: CloudEventValue;
  /** The same for every delivery of the event, so that a repeated one changes nothing (E23c). */
  readonly messageId: string;
  /** See {@link keyOfEvent}. */
  readonly key: string;
  /** The only instance that gets it. */
  readonly target: string | undefined;
  /** Instances to create together with it; none for an event that names its instance. */
  readonly starts: readonly EventStart[];
}

export interface DeliverReport {
  readonly messageId: string;
  /** False when the event had been delivered before: nothing was changed. */
  readonly stored: boolean;
  /** Ids of the instances that it has started now. */
  readonly started: readonly string[];
}

export function acceptedEvent(event: CloudEventValue, starts: readonly EventStart[] = []): AcceptedEvent {
  const target = targetOf(event);
  return {
    event,
    messageId: eventMessageId(event),
    key: keyOfEvent(event),
    target,
    starts: target === undefined ? starts : [],
  };
}

/** CloudEvents are told apart by source and id. */
export function eventMessageId({ source, id }: Pick<CloudEventValue, 'source' | 'id'>): string {
  return derivedId('event', source, id);
}

/** Id of the instance that an event starts. */
export function eventInstanceId(messageId: string, workflowName: string): string {
  return derivedId('start', messageId, workflowName);
}
