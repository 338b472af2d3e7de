import type { ClaimedEvent, NewOutboxEvent, OutboxClaim, OutboxOutcome, OutboxStore } from '@romancy/core';
import type { Connection } from './connection.js';
import type { RelayState } from './relay-state.js';

export const NEW: RelayState = { status: 'pending', attempts: 0, error: null };

export class MemoryOutboxStore implements OutboxStore {
  constructor(private readonly connection: Connection) {}

  claim({ token, leaseMs, limit }: OutboxClaim): Promise<readonly ClaimedEvent[]> {
    const { database } = this.connection;
    return this.#write('outboxEvents.claim', () => {
      const now = database.now();
      const claimed: ClaimedEvent[] = [];
      const held = new Set<string>();
      for (const event of database.outbox.values()) {
        const state = this.#stateOf(event);
        const key = event.orderKey ?? undefined;
        const unfinished = state.status === 'pending' || state.status === 'processing';
        if (unfinished && claimed.length < limit && isDue(state, now) && (key === undefined || !held.has(key))) {
          const attempts = state.attempts + 1;
          this.#put(event, { ...state, status: 'processing', attempts, claimedBy: token, claimedUntil: now + leaseMs });
          claimed.push({
            attributes: null,
            orderKey: null,
            instanceId: null,
            ...event,
            attempt: attempts,
            createdAt: emittedAt(event) ?? now,
          });
        }
        if (unfinished && key !== undefined) held.add(key);
      }
      return claimed;
    });
  }

  insert(events: readonly NewOutboxEvent[]): Promise<void> {
    return this.#write('outboxEvents.insert', () => {
      for (const event of events) this.connection.database.outbox.set(event.eventId, event);
    });
  }

  settle(token: string, outcomes: readonly OutboxOutcome[]): Promise<number> {
    return this.#write('outboxEvents.settle', () => {
      let settled = 0;
      for (const outcome of outcomes) {
        const state = this.connection.database.relayed.get(outcome.eventId);
        if (state?.status !== 'processing' || state.claimedBy !== token) continue;
        settled += 1;
        this.connection.database.relayed.set(outcome.eventId, this.#after(state, outcome));
      }
      return settled;
    });
  }

  watchSiblings(graceMs: number, limit: number): Promise<number> {
    const { database } = this.connection;
    return this.#write('outboxEvents.watchSiblings', () => {
      let takenBack = 0;
      for (const [id, state] of database.relayed) {
        if (state.status === 'processing' && state.claimedUntil === undefined && state.claimedBy === undefined)
          database.relayed.set(id, { ...state, claimedUntil: database.now() + graceMs });
        const ours = typeof database.outbox.get(id)?.attributes === 'string';
        if (ours && takenBack < limit && isGivenUpBySibling(state, database.now())) {
          takenBack += 1;
          const { attempts, error, nextAt } = state;
          database.relayed.set(id, { status: 'pending', attempts, error, ...(nextAt !== undefined && { nextAt }) });
        }
      }
      return takenBack;
    });
  }

  removePublished(olderThanMs: number, limit: number): Promise<number> {
    const { database } = this.connection;
    return this.#write('outboxEvents.removePublished', () => {
      const old = [...database.relayed].filter(
        ([, { publishedAt }]) => publishedAt !== undefined && publishedAt < database.now() - olderThanMs,
      );
      for (const [id] of old.slice(0, limit)) {
        database.relayed.delete(id);
        database.outbox.delete(id);
      }
      return Math.min(old.length, limit);
    });
  }

  #after({ attempts, claimedBy }: RelayState, outcome: OutboxOutcome): RelayState {
    const now = this.connection.database.now();
    switch (outcome.status) {
      case 'published':
        return { status: 'published', attempts, error: null, publishedAt: now };
      case 'retry':
        return { status: 'pending', attempts, error: outcome.error, nextAt: now + outcome.delayMs };
      case 'returned':
        return { status: 'pending', attempts: attempts - 1, error: null };
      default:
        return {
          status: outcome.status,
          attempts,
          error: outcome.error,
          ...(claimedBy !== undefined && { claimedBy }),
        };
    }
  }

  #stateOf({ eventId }: NewOutboxEvent): RelayState {
    return this.connection.database.relayed.get(eventId) ?? NEW;
  }

  #put({ eventId }: NewOutboxEvent, state: RelayState): void {
    this.connection.database.relayed.set(eventId, state);
  }

  #write<T>(name: string, apply: () => T): Promise<T> {
    return this.connection.write({ name, write: true, instanceIds: [] }, apply);
  }
}

function isDue({ status, nextAt, claimedUntil }: RelayState, now: number): boolean {
  if (status === 'pending') return nextAt === undefined || nextAt <= now;
  return status === 'processing' && claimedUntil !== undefined && claimedUntil <= now;
}

/** Whose claim stays has decided. */
function isGivenUpBySibling({ status, claimedBy, claimedUntil }: RelayState, now: number): boolean {
  const givenUp = status === 'failed' || status === 'invalid' || status === 'expired';
  return givenUp && (claimedBy === undefined || (claimedUntil !== undefined && claimedUntil <= now));
}

/** There is no column of the database's; the event's own time stands for it. */
export function emittedAt({ attributes }: NewOutboxEvent): number | undefined {
  const { time } = JSON.parse(attributes ?? '{}') as { readonly time?: string };
  return time === undefined ? undefined : Date.parse(time);
}
