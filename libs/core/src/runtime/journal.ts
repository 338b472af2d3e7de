import { CommitUnknownError, SerializationConflictError } from '../errors/storage-errors.js';
import type { CommitEntry, EntryVerdict } from '../ports/commit.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { ActivityTransaction } from '../ports/transaction.js';
import type { Committer, Ticket } from './committer.js';
import type { EngineClock } from './engine-clock.js';
import { EntryDraft } from './entry-draft.js';

export type Refusal = Exclude<EntryVerdict, { kind: 'done' }>;

/** Whose journal it is. */
export interface JournalOwner {
  /** Runs what follows from a commit in the asynchronous context of the turn: the committer's is that of whoever submitted something first. */
  within(work: () => void): void;
  /** The fence did not hold. Nothing of the draft was written. */
  refused(refusal: Refusal, draft: EntryDraft): void;
  /** The entry cannot be written at all: a conflict with rows of another writer, or a value the database refuses. */
  failed(error: unknown, draft: EntryDraft): void;
}

export interface JournalDeps {
  readonly committer: Committer;
  readonly clock: EngineClock;
  /** Finds out what became of an entry whose commit is unknown, and writes it if it was not (E9b). */
  readonly resolveUnknown: (entry: CommitEntry) => Promise<EntryVerdict>;
  /** The same for an entry in a user's transaction, which nobody can write again: undefined when it was lost. */
  readonly resolveTransaction: (entry: CommitEntry) => Promise<EntryVerdict | undefined>;
}

interface Flight {
  draft: EntryDraft;
  /** Undefined while a user's transaction carries the draft. */
  readonly ticket: Ticket | undefined;
  /** Its commit is unknown: what became of it is found out by writing it once more. */
  unknown: boolean;
}

/**
 * The one place that appends history for one instance, for the length of one turn. At most one entry of an instance is under way, so rows get
 * their ids in the order of delivery (E14); what is recorded meanwhile gathers in the next draft. Closing it refuses late writers in memory (E17b).
 */
export class Journal {
  /** From then on a cancel request no longer refuses entries. */
  settling = false;
  #draft = new EntryDraft();
  #flight: Flight | undefined;
  #closed = false;
  /** A cancel request has refused an entry: what was recorded waits for the settlement, which its turn begins as soon as it can. */
  #held = false;
  #waiters: (() => void)[] = [];

  constructor(
    readonly instanceId: string,
    readonly token: string,
    private readonly deps: JournalDeps,
    private readonly owner: JournalOwner,
    private lastTime: number,
  ) {}

  get draft(): EntryDraft {
    return this.#draft;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** An entry is under way. */
  get busy(): boolean {
    return this.#flight !== undefined;
  }

  /** For the settlement. */
  get #waits(): boolean {
    return this.#held && !this.settling;
  }

  /** Time for an event: by the database's clock, never below the previous event's (E6a). */
  stamp(): number {
    this.lastTime = Math.max(this.lastTime, this.deps.clock.now());
    return this.lastTime;
  }

  /** Notes the time of a row that was read. */
  observe(time: number): void {
    this.lastTime = Math.max(this.lastTime, time);
  }

  append(row: NewHistoryRow): void {
    this.#draft.history.push(row);
  }

  /** Runs the callback once everything recorded so far is durable (E9). */
  whenDurable(callback: () => void): void {
    if (this.#closed) return;
    if (!this.#draft.isEmpty) this.#draft.onCommitted.push(callback);
    else if (this.#flight) this.#flight.draft.onCommitted.push(callback);
    else callback();
  }

  /** Hands what is recorded to the committer, unless an entry is under way: its end does it then. */
  flush(): void {
    if (this.#flight !== undefined || this.#closed || this.#draft.isEmpty) return;
    // Sent again it would be refused again, for as long as the turn is busy with something that waits for this very journal.
    if (this.#waits) return;
    const draft = this.#take();
    const entry = draft.toEntry(this.instanceId, this.token, this.settling);
    const landed = (verdict: EntryVerdict): void => {
      this.owner.within(() => {
        this.#land(draft, verdict);
      });
    };
    const failed = (error: unknown): void => {
      if (error instanceof CommitUnknownError) this.#resolve(flight, entry, landed);
      else this.#fail(draft, error);
    };
    const flight: Flight = { draft, ticket: this.deps.committer.submit(entry, { landed, failed }), unknown: false };
    this.#flight = flight;
  }

  #resolve(flight: Flight, entry: CommitEntry, landed: (verdict: EntryVerdict) => void): void {
    flight.unknown = true;
    this.#settle();
    this.deps.resolveUnknown(entry).then(landed, (error: unknown) => {
      this.#fail(flight.draft, error);
    });
  }

  #fail(draft: EntryDraft, error: unknown): void {
    this.#flight = undefined;
    if (!this.#closed) this.owner.failed(error, draft);
    this.#settle();
  }

  /** Resolves when no entry is under way and nothing is left to write, or the journal was closed or waits for the settlement. */
  async flushed(): Promise<void> {
    this.flush();
    while (this.#flight !== undefined) {
      await this.#news();
      this.flush();
    }
  }

  /** Resolves when no entry is under way; what is gathered stays. */
  async landed(): Promise<void> {
    if (this.#withdraw()) return;
    while (this.#flight !== undefined) await this.#news();
  }

  /**
   * Commits `own` with the user's writes, in the user's transaction, after everything recorded before it: entries that still wait for a
   * connection are taken along, because their commit could wait for this very transaction (E14a). On a rejection the earlier entries are back
   * in line and nothing of `own` was written.
   */
  async commitInto(transaction: ActivityTransaction, own: EntryDraft): Promise<EntryVerdict> {
    while (this.#flight !== undefined && !this.#closed) {
      if (this.#flight.unknown) {
        // Writing it once more may need the very connection that this transaction holds (E14a).
        await transaction.rollback();
        await this.landed();
        throw new SerializationConflictError('An earlier entry of the instance has to be written first.');
      }
      if (!this.#withdraw()) await this.#news();
    }
    if (this.#closed) {
      await transaction.rollback();
      return { kind: 'refused', reason: 'lost', row: undefined };
    }
    const earlier = this.#take();
    const all = new EntryDraft();
    all.append(earlier);
    all.append(own);
    this.#flight = { draft: all, ticket: undefined, unknown: false };
    try {
      const verdict = await this.#commitOnce(transaction, all.toEntry(this.instanceId, this.token, this.settling));
      if (verdict.kind === 'done') {
        this.#land(all, verdict);
      } else {
        this.#flight = undefined;
        if (!this.closed) this.owner.refused(verdict, earlier);
        this.#settle();
      }
      return verdict;
    } catch (error) {
      this.#flight = undefined;
      // Bodies that waited for this commit were noted on its draft: they go back in line as well.
      earlier.onCommitted.push(...all.onCommitted.slice(earlier.onCommitted.length + own.onCommitted.length));
      earlier.append(this.#take());
      this.#draft = earlier;
      this.#settle();
      throw error;
    }
  }

  /**
   * Runs a write of its own transaction, which commits an entry of this instance among other things: everything recorded before it is written
   * first, what is recorded meanwhile comes after it (E14). Undefined where the journal was closed or waits for the settlement. Must be called from a task of the inbox.
   */
  async alone<R extends { readonly kind: string }>(
    write: (toEntry: (own: EntryDraft) => CommitEntry) => Promise<R>,
  ): Promise<R | undefined> {
    await this.flushed();
    if (this.#closed || this.#waits) return undefined;
    const flight: Flight = { draft: new EntryDraft(), ticket: undefined, unknown: false };
    this.#flight = flight;
    try {
      const report = await write((own) => {
        // Those who wait for this write are noted on the draft that stands for it.
        own.onCommitted.push(...flight.draft.onCommitted);
        flight.draft = own;
        return own.toEntry(this.instanceId, this.token, this.settling);
      });
      this.#flight = undefined;
      // Nothing of it is true: the message stays where it was.
      if (isRefusal(report)) this.owner.refused(report, new EntryDraft());
      else flight.draft.committed();
      return report;
    } catch (error) {
      this.#draft.onCommitted.push(...flight.draft.onCommitted);
      throw error;
    } finally {
      this.#flight = undefined;
      this.#settle();
      this.flush();
    }
  }

  /** The turn ends differently than what is gathered assumed. */
  salvage(): void {
    const draft = this.#take();
    this.#draft.salvage(draft);
  }

  /** Ends the turn for every late writer: nothing more is recorded. */
  close(): void {
    this.#closed = true;
    this.#draft = new EntryDraft();
    this.#settle();
  }

  /** What is unknown is found out before anything else happens (E9b). */
  async #commitOnce(transaction: ActivityTransaction, entry: CommitEntry): Promise<EntryVerdict> {
    try {
      return await transaction.commit([entry]);
    } catch (error) {
      if (!(error instanceof CommitUnknownError)) throw error;
      const verdict = await this.deps.resolveTransaction(entry);
      if (verdict) return verdict;
      throw new SerializationConflictError('The connection was lost before the commit.', { cause: error });
    }
  }

  #land(draft: EntryDraft, verdict: EntryVerdict): void {
    this.#flight = undefined;
    if (verdict.kind === 'done') {
      draft.committed();
    } else if (!this.#closed) {
      if (verdict.kind === 'refused' && verdict.reason === 'cancel-requested') this.#held = true;
      this.owner.refused(verdict, draft);
    }
    this.#settle();
    this.flush();
  }

  /** Takes an entry that still waits for a connection back into the draft. */
  #withdraw(): boolean {
    const flight = this.#flight;
    if (flight?.ticket?.withdraw() !== true) return false;
    this.#flight = undefined;
    flight.draft.append(this.#take());
    this.#draft = flight.draft;
    this.#settle();
    return true;
  }

  /** Resolves when something has become of the entry under way. */
  #news(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #take(): EntryDraft {
    const draft = this.#draft;
    this.#draft = new EntryDraft();
    return draft;
  }

  #settle(): void {
    if (this.#waiters.length === 0) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}

function isRefusal(report: { readonly kind: string }): report is Refusal {
  return report.kind === 'refused';
}
