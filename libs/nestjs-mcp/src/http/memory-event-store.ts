import { randomUUID } from 'node:crypto';
import type { EventStore, JSONRPCMessage } from '../sdk.js';

const MOST_EVENTS = 1_000;
const MOST_CHARACTERS = 4_000_000;

interface StoredEvent {
  readonly streamId: string;
  readonly message: JSONRPCMessage;
  readonly size: number;
}

/** Keeps what one session has sent, the newest messages of it, so that a client that lost its connection gets the rest. */
export class MemoryEventStore implements EventStore {
  readonly #events = new Map<string, StoredEvent>();
  #characters = 0;

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    const eventId = randomUUID();
    const size = JSON.stringify(message).length;
    this.#events.set(eventId, { streamId, message, size });
    this.#characters += size;
    this.#forgetOldest();
    return eventId;
  }

  async getStreamIdForEventId(eventId: string): Promise<string | undefined> {
    return this.#events.get(eventId)?.streamId;
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: { send: (eventId: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const streamId = this.#events.get(lastEventId)?.streamId;
    if (streamId === undefined) throw new Error('The event is not known any more.');
    let isAfter = false;
    for (const [eventId, event] of [...this.#events]) {
      // The event that opens a stream is empty and only has an id.
      if (isAfter && event.streamId === streamId && 'jsonrpc' in event.message) await send(eventId, event.message);
      isAfter ||= eventId === lastEventId;
    }
    return streamId;
  }

  #forgetOldest(): void {
    for (const [eventId, { size }] of this.#events) {
      const fits = this.#events.size <= MOST_EVENTS && this.#characters <= MOST_CHARACTERS;
      if (fits || this.#events.size === 1) return;
      this.#events.delete(eventId);
      this.#characters -= size;
    }
  }
}
