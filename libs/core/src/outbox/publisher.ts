import type { CloudEventValue } from '../events/cloud-event.js';

export interface PublishContext {
  /** Aborts when the attempt has taken too long, and at shutdown. */
  readonly signal: AbortSignal;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
}

/**
 * Where the outbox sends its events. Resolve when the receiver has the event for good. What is thrown decides what follows: an
 * {@link EventRefusedError} sets the event aside as `invalid`, an error with `retryable: false` (a `TerminalError`) as `failed`, one with
 * `retryAfter` is tried again no earlier than that, any other after a growing delay. An event may be handed over more than once: receivers tell
 * by its source and id.
 *
 * @example
 * ```ts
 * class QueuePublisher implements OutboxPublisher {
 *   async publish(event: CloudEventValue): Promise<void> {
 *     await this.queue.send(event.type, JSON.stringify(event.data), { messageId: event.id });
 *   }
 * }
 * ```
 */
export interface OutboxPublisher {
  publish(event: CloudEventValue, context: PublishContext): Promise<void>;
}
