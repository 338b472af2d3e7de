import { CommitUnknownError, SerializationConflictError, StorageUnavailableError } from '../errors/storage-errors.js';
import type { CommitEntry, CommitSession, CommitStore, EntryVerdict } from '../ports/commit.js';
import type { CommitEvent } from '../hooks/engine-events.js';
import type { HookCalls } from '../hooks/hook-calls.js';
import type { Logger } from '../ports/logger.js';
import { runInScope } from '../scope/scope.js';
import { yieldToEventLoop } from '../replay/quiescence.js';
import { pause } from './pause.js';

/** Who submits an entry, and hears what became of it: once, never while it is being submitted, and not after it was withdrawn. */
export interface Submitter {
  landed(verdict: EntryVerdict): void;
  /** With EntryConflictError or CommitUnknownError, never with anything that trying again would cure. */
  failed(error: unknown): void;
}

/** A submitted entry. */
export interface Ticket {
  /** Takes the entry back if no group has taken it yet (E14a). */
  withdraw(): boolean;
}

/** An entry in the queue. */
class Queued {
  /** By the monotonic clock. */
  readonly since = performance.now();
  settled = false;

  constructor(
    readonly entry: CommitEntry,
    private readonly submitter: Submitter,
  ) {}

  resolve(verdict: EntryVerdict): void {
    this.settled = true;
    try {
      this.submitter.landed(verdict);
    } catch (error) {
      thrownApart(error);
    }
  }

  reject(error: unknown): void {
    this.settled = true;
    try {
      this.submitter.failed(error);
    } catch (thrown) {
      thrownApart(thrown);
    }
  }
}

/** The rest of the group is told all the same. */
function thrownApart(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

export interface CommitterOptions {
  /** Largest group; on SQLite a group blocks the event loop while it is written. */
  readonly maxGroup: number;
  /** A further session is only opened for a queue of at least this length: many small groups are slower than few full ones. */
  readonly secondSessionFrom: number;
  /** A group of so many entries is told in two halves. Of use where database and process work at the same time. */
  readonly tellInHalvesFrom: number;
  readonly onCommit?: HookCalls['onCommit'];
}

const FIRST_DELAY = 20;
const LONGEST_DELAY = 2_000;
/** Milliseconds of commits in one turn of the event loop. */
const LONGEST_TURN = 15;
/** An entry that has waited for so long for its group tells that the database does not keep up. */
const PRESSURE = 1_000;

/**
 * The one place per process that writes the journals' entries (E10). While one group is being written the next one gathers; nothing waits when
 * the line is idle. A group that fails is split until the failing entry stands alone, so that it never takes others down.
 */
export class Committer {
  #queue: Queued[] = [];
  #sessions = 0;
  #closed = false;
  #idle: (() => void)[] = [];
  /** First commit of this turn of the event loop, milliseconds. */
  #turnBegan: number | undefined;

  constructor(
    private readonly store: CommitStore,
    private readonly logger: Logger,
    private readonly options: CommitterOptions,
  ) {}

  /** The database does not keep up with what is written already: nobody should take on more work. */
  get pressed(): boolean {
    const first = this.#queue[0];
    return first !== undefined && performance.now() - first.since > PRESSURE;
  }

  /** What became of an entry that nobody withdraws. Rejects with what {@link Submitter.failed} is told. */
  write(entry: CommitEntry): Promise<EntryVerdict> {
    return new Promise((landed, failed) => this.submit(entry, { landed, failed }));
  }

  submit(entry: CommitEntry, submitter: Submitter): Ticket {
    const queued = new Queued(entry, submitter);
    this.#queue.push(queued);
    this.#pump();
    return {
      withdraw: () => {
        const index = this.#queue.indexOf(queued);
        if (index < 0) return false;
        this.#queue.splice(index, 1);
        return true;
      },
    };
  }

  /** Resolves when nothing is queued or being written. */
  async drain(): Promise<void> {
    while (this.#queue.length > 0 || this.#sessions > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** After this, unavailable storage is no longer waited for. */
  close(): void {
    this.#closed = true;
  }

  #pump(): void {
    if (this.#queue.length === 0 || this.#sessions >= this.store.sessions) return;
    if (this.#sessions > 0 && this.#queue.length < this.options.secondSessionFrom) return;
    this.#sessions += 1;
    // Never in the scope of whoever submits: an activity's open transaction must not catch the committer's statements.
    void runInScope(undefined, () => this.#run());
  }

  async #run(): Promise<void> {
    try {
      await this.#writeQueue();
    } finally {
      this.#sessions -= 1;
      if (this.#queue.length > 0) this.#pump();
      if (this.#queue.length === 0 && this.#sessions === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  async #writeQueue(): Promise<void> {
    let delay = FIRST_DELAY;
    while (this.#queue.length > 0) {
      let group: Queued[] = [];
      let session: CommitSession | undefined;
      try {
        if (this.#outstaysTurn()) await yieldToEventLoop();
        session = await this.store.acquire();
        group = this.#queue.splice(0, this.options.maxGroup);
        if (group.length > 0) await this.#write(session, group);
        delay = FIRST_DELAY;
      } catch (error) {
        this.#queue.unshift(...group.filter((queued) => !queued.settled));
        if (this.#closed) {
          for (const queued of this.#queue.splice(0)) queued.reject(error);
          return;
        }
        this.logger.warn('The database cannot be written; entries wait.', {
          error: String(error),
          waiting: this.#queue.length,
        });
        await pause(delay);
        delay = Math.min(delay * 2, LONGEST_DELAY);
      } finally {
        session?.release();
      }
    }
  }

  /**
   * A driver that answers without I/O lets commit follow commit in one turn of the event loop, and with them everything else would wait: timers,
   * requests, renewals.
   */
  #outstaysTurn(): boolean {
    const now = performance.now();
    if (this.#turnBegan !== undefined) return now - this.#turnBegan > LONGEST_TURN;
    this.#turnBegan = now;
    setImmediate(() => {
      this.#turnBegan = undefined;
    });
    return false;
  }

  /** Writes a group, split where it must be. Throws StorageUnavailableError; what is settled by then stays settled. */
  async #write(session: CommitSession, group: readonly Queued[]): Promise<void> {
    for (let conflicts = 1; ; conflicts += 1) {
      try {
        const began = performance.now();
        const verdicts = await session.write(group.map((queued) => queued.entry));
        this.options.onCommit?.(commitEvent(group, began));
        await this.#tell(group, verdicts);
        return;
      } catch (error) {
        if (error instanceof StorageUnavailableError) throw error;
        if (
          error instanceof CommitUnknownError ||
          (group.length === 1 && !(error instanceof SerializationConflictError))
        ) {
          for (const queued of group) queued.reject(error);
          return;
        }
        if (error instanceof SerializationConflictError && (group.length === 1 || conflicts === 1)) {
          await pause(Math.min(FIRST_DELAY * conflicts, LONGEST_DELAY) * Math.random());
          continue;
        }
        const middle = group.length >> 1;
        await this.#write(session, group.slice(0, middle));
        await this.#write(session, group.slice(middle));
        return;
      }
    }
  }

  /**
   * A large group is told in two halves: what the first one goes on to write is on its way to the database while the second one computes.
   * Instances that started together would otherwise stay together, and process and database take turns for ever.
   */
  async #tell(group: readonly Queued[], verdicts: readonly EntryVerdict[]): Promise<void> {
    const half = group.length >= this.options.tellInHalvesFrom ? group.length >> 1 : group.length;
    for (const [index, queued] of group.entries()) {
      if (index === half) await yieldToEventLoop();
      const verdict = verdicts[index];
      if (verdict) queued.resolve(verdict);
      else queued.reject(new Error(`The storage answered no verdict for instance ${queued.entry.instanceId}.`));
    }
  }
}

function commitEvent(group: readonly Queued[], began: number): CommitEvent {
  return {
    time: new Date(),
    entries: group.length,
    rows: group.reduce((rows, { entry }) => rows + entry.history.length, 0),
    duration: performance.now() - began,
    wait: began - Math.min(...group.map(({ since }) => since)),
  };
}
