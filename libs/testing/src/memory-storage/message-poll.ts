import type { MessageMark, MessageRow, PollState } from '@romancy/core';
import type { MemoryDatabase } from './memory-database.js';

/** How long a missing id is looked for: longer than a transaction that has taken it can be under way. */
const GAP_LIFE = 60_000;
/** Missing ids that are looked for at once; the greatest are the likeliest to come. */
const MOST_GAPS = 1_000;

/** Reads what was committed since, also under ids that were passed over. */
export class MessagePoll {
  readonly #missedSince = new Map<number, number>();

  constructor(private readonly database: MemoryDatabase) {}

  start(): PollState {
    const position = this.database.messages.greatest();
    const first = Math.max(1, position - MOST_GAPS + 1);
    return { position, gaps: this.#stillMissing(range(first, position)) };
  }

  next({ position, gaps }: PollState, limit: number): { messages: readonly MessageMark[]; state: PollState } {
    const { messages } = this.database;
    const late = gaps.map((id) => messages.get(id)).filter((row) => row !== undefined);
    const found = [...late, ...messages.above(position)].slice(0, limit);
    const reached = Math.max(position, found.at(-1)?.id ?? 0);
    const had = new Set(found.map((row) => row.id));
    const passedOver = range(position + 1, reached).filter((id) => !had.has(id));
    const missing = [...gaps.filter((id) => !had.has(id)), ...passedOver];
    return { messages: found.map(markOf), state: { position: reached, gaps: this.#unexpired(missing) } };
  }

  #stillMissing(ids: readonly number[]): readonly number[] {
    return this.#unexpired(ids.filter((id) => this.database.messages.get(id) === undefined));
  }

  #unexpired(missing: readonly number[]): readonly number[] {
    const now = this.database.now();
    for (const id of missing) if (!this.#missedSince.has(id)) this.#missedSince.set(id, now);
    const kept = missing.filter((id) => (this.#missedSince.get(id) ?? now) > now - GAP_LIFE).slice(-MOST_GAPS);
    for (const id of this.#missedSince.keys()) if (!kept.includes(id)) this.#missedSince.delete(id);
    return kept;
  }
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function markOf({ id, channel, key }: MessageRow): MessageMark {
  return { id, channel, key };
}
