import type { NewHistoryRow } from '../ports/history-row.js';
import type { InstanceStatus } from '../ports/instance.js';
import type { Command, ReceiveCommand } from '../replay/command.js';
import type { HistoryEvent } from '../replay/event.js';
import type { Bodies } from './bodies.js';
import type { BodyCommand } from './body-command.js';
import type { EntryDraft } from './entry-draft.js';
import type { HeldLease } from './held-lease.js';
import type { Inbox } from './inbox.js';
import type { Journal } from './journal.js';
import type { RunMemory } from './run-memory.js';
import type { EngineServices } from './services.js';
import type { TurnReport } from './turn-report.js';
import type { EndCause, TurnEnd, TurnInstance } from './turn-types.js';

/** Who handed an event to the workflow, and hears when that is over. Neither throws. */
export interface Handed {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** A {@link Turn} as its parts see it: waits, bodies, settlement, compensator, loader. All of it is used from tasks of the inbox. */
export interface ActiveTurn {
  readonly services: EngineServices;
  readonly instance: TurnInstance;
  readonly memory: RunMemory;
  readonly journal: Journal;
  readonly lease: HeldLease;
  readonly report: TurnReport;
  readonly inbox: Inbox;
  readonly bodies: Bodies;
  readonly waits: {
    readonly size: number;
    readonly earliest: number | undefined;
    has(stepId: string): boolean;
    /** Begins a wait until a time; a stored deadline stands. */
    begin(stepId: string, timerId: string, deadline: number): void;
    parkRetry(stepId: string, at: number): void;
    cancel(stepId: string): void;
    disarm(): void;
  };
  readonly receives: {
    readonly size: number;
    /** Those that no timer stands for. */
    readonly untimed: number;
    lookAhead(): void;
    begin(command: ReceiveCommand): void;
    timeUp(stepId: string): void;
    withdraw(stepId: string): void;
    /** Notes what is waited for in the entry that parks the instance. */
    park(): void;
  };
  readonly commands: {
    handle(command: Command): void;
    launch(command: BodyCommand): void;
  };
  /** First instance of the chain of generations. */
  readonly root: string;
  /** A time has come: the turn goes on, if it dozed. */
  rouse(): void;
  /** Results are delivered. */
  readonly running: boolean;
  /** Delivers and launches; not about to end. */
  readonly open: boolean;
  /** Open, nothing runs and nothing is about to. */
  readonly idle: boolean;
  /** The process is stopping. */
  readonly stopping: boolean;
  /** Status as readers of the database see it. */
  readonly visibleStatus: InstanceStatus;
  isOver(): boolean;
  /** Records an event and lets the workflow run on to the next quiescence. */
  deliver(event: HistoryEvent, row: NewHistoryRow | undefined): Promise<void>;
  /** The same for an event that is recorded already, and without a promise: there is one for each step. Never answers at once. */
  hand(event: HistoryEvent, handed: Handed): void;
  /** Runs work in the turn's asynchronous context, whichever commit or timer it follows from. */
  within<T>(work: () => T): T;
  record(row: NewHistoryRow): void;
  /** Notes a row that goes into the journal's draft or into a transaction. */
  countRow(): void;
  /** Something is under way that the turn has to wait for; the answer ends it. */
  occupy(): () => void;
  /** Nothing is waited for any more. */
  clearWaits(): void;
  /** Parks the instance with a full explanation (P7). */
  block(error: unknown): void;
  /** A block was refused. */
  unblock(): void;
  /** Takes in what the coroutine asked for or has come to. */
  absorb(): void | Promise<void>;
  /** The next commit is the turn's last one; it releases the lease. */
  conclude(end: TurnEnd): EntryDraft;
  /** Failure or cancellation: from now on nothing is delivered nor launched. */
  settle(cause: EndCause): void;
  /** False when the turn is settling or over already. */
  enterSettling(): boolean;
  /** Ends the turn: late writers are refused, open transactions roll back. */
  end(end: TurnEnd, reason: unknown): void;
  /** The turn cannot go on here: signals fire, nothing more is recorded. */
  lose(cause?: unknown): void;
}
