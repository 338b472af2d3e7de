import type { CloudEventValue } from '../events/cloud-event.js';

export interface OutboxSentEvent {
  readonly time: Date;
  readonly event: CloudEventValue;
  /** The instance that has emitted it; null for none. */
  readonly instanceId: string | null;
  /** From 1. */
  readonly attempt: number;
  /** Milliseconds of this attempt. */
  readonly duration: number;
  /** Milliseconds since the event was written. */
  readonly age: number;
}

export interface OutboxFailedEvent extends OutboxSentEvent {
  readonly error: unknown;
  /** `retry`: another attempt follows; else it is not tried any more. */
  readonly outcome: 'retry' | 'failed' | 'invalid' | 'expired';
  /** Milliseconds until the next attempt; undefined where none follows. */
  readonly nextDelay: number | undefined;
}

/** A group of entries of one or more instances, written in one transaction. */
export interface CommitEvent {
  readonly time: Date;
  /** Entries in the group: one for each instance. */
  readonly entries: number;
  /** History rows among them. */
  readonly rows: number;
  /** Milliseconds of the write. */
  readonly duration: number;
  /** Milliseconds that the oldest entry waited for its group. */
  readonly wait: number;
}
