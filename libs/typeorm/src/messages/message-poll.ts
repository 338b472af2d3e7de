import type { MessageMark, PollState } from '@romancy/core';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { placeholders, sql, type SqlRow } from '../sql/statement.js';

const GAP_LIFETIME_MS = 60_000;
// Beyond that a jump of the ids is no transaction under way, but something that has used up numbers.
const WIDEST_GAP = 1000;
const MOST_GAPS = 1000;

/** The state with the time when each gap was first seen, by the clock of the process. */
interface TimedState extends PollState {
  readonly since: ReadonlyMap<number, number>;
}

interface PollResult {
  readonly messages: readonly MessageMark[];
  readonly state: PollState;
}

/** Looks for messages by id. Ids are taken before they are committed, so numbers that are missing are looked for again for a minute. */
export class MessagePoll {
  /** @param now a clock that never goes back, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  *start(): SqlProgram<PollState> {
    const { rows } = yield* runOne(
      sql(
        `SELECT id FROM channel_messages WHERE id > (SELECT COALESCE(MAX(id), 0) FROM channel_messages) - ${WIDEST_GAP} ORDER BY id`,
      ),
    );
    const ids = rows.map(({ id }) => Number(id));
    const position = ids.at(-1) ?? 0;
    return this.#stateOf(position, this.#gapsBetween(Math.max(position - WIDEST_GAP, 0), ids, new Map()));
  }

  *next(state: PollState, limit: number): SqlProgram<PollResult> {
    const late = state.gaps;
    const [found, fresh] = yield* run([
      sql(
        late.length === 0
          ? 'SELECT id, channel, romancy_key FROM channel_messages WHERE 1 = 0'
          : `SELECT id, channel, romancy_key FROM channel_messages WHERE id IN (${placeholders(late.length)}) ORDER BY id`,
        late,
      ),
      sql('SELECT id, channel, romancy_key FROM channel_messages WHERE id > ? ORDER BY id LIMIT ?', [
        state.position,
        limit,
      ]),
    ]);
    const messages = [...(found?.rows ?? []), ...(fresh?.rows ?? [])].slice(0, limit).map(markOf);
    const gaps = new Map(this.#open(state, late));
    for (const { id } of messages) gaps.delete(id);
    const above = messages.map(({ id }) => id).filter((id) => id > state.position);
    return {
      messages,
      state: this.#stateOf(above.at(-1) ?? state.position, this.#gapsBetween(state.position, above, gaps)),
    };
  }

  /** Gaps that are still worth a look. */
  #open(state: PollState, gaps: readonly number[]): readonly (readonly [number, number])[] {
    const now = this.now();
    const { since } = state as Partial<TimedState>;
    return gaps
      .map((id): readonly [number, number] => [id, since?.get(id) ?? now])
      .filter(([, first]) => now - first < GAP_LIFETIME_MS);
  }

  #gapsBetween(position: number, ids: readonly number[], gaps: Map<number, number>): Map<number, number> {
    const now = this.now();
    let before = position;
    for (const id of ids) {
      for (let missing = Math.max(before + 1, id - WIDEST_GAP); missing < id; missing++) gaps.set(missing, now);
      before = id;
    }
    return gaps;
  }

  #stateOf(position: number, since: ReadonlyMap<number, number>): TimedState {
    // The greatest are the likeliest to come.
    const kept = new Map([...since].sort(([a], [b]) => a - b).slice(-MOST_GAPS));
    return { position, gaps: [...kept.keys()], since: kept };
  }
}

function markOf(row: SqlRow): MessageMark {
  return {
    id: Number(row['id']),
    channel: row['channel'] as string,
    key: row['romancy_key'] as string | null,
  };
}
