import type { NewHistoryRow } from '../ports/history-row.js';
import type { InstanceStatus } from '../ports/instance.js';
import type { Command } from '../replay/command.js';
import type { HistoryEvent } from '../replay/event.js';
import type { Body } from './body.js';
import type { BodyCommand } from './body-command.js';
import type { EntryDraft } from './entry-draft.js';
import type { Inbox } from './inbox.js';
import type { Journal } from './journal.js';
import type { RunMemory } from './run-memory.js';
import type { EngineServices } from './services.js';
import type { EndCause, TurnEnd, TurnInstance } from './turn-types.js';

/** A {@link Turn} as its parts see it: waits, bodies, settlement, compensator, loader. All of it is used from tasks of the inbox. */
export interface ActiveTurn {
  readonly services: EngineServices;
  readonly instance: TurnInstance;
  readonly memory: RunMemory;
  readonly journal: Journal;
  readonly inbox: Inbox;
  readonly bodies: Map<string, Body>;
  readonly waits: {
    readonly size: number;
    readonly earliest: number | undefined;
    parkRetry(stepId: string, at: number): void;
    disarm(): void;
  };
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
  record(row: NewHistoryRow): void;
  /** Notes a row that goes into the journal's draft or into a transaction. */
  countRow(): void;
  /** Takes in hand what the workflow asks for. */
  handle(command: Command): void;
  /** Starts a body as soon as everything recorded before is durable (E9). */
  launch(command: BodyCommand): void;
  /** Takes in what the coroutine asked for or has come to. */
  absorb(): Promise<void>;
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
