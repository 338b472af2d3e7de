import { Semaphore } from '@romancy/core';
import { setImmediate } from 'node:timers';
import {
  isTerminal,
  type Clock,
  type DefinitionRow,
  type HistoryRow,
  type InstanceRow,
  type NewMessage,
  type WorkerRow,
  type NewOutboxEvent,
  type StorageLimits,
} from '@romancy/core';
import { newRecord, type InstanceRecord } from './instance-record.js';
import type { RelayState } from './relay-state.js';
import { locksOf, type LockedRows } from './locked-rows.js';
import { MessageTable } from './message-table.js';
import { UndoLog } from './undo-log.js';

/** A worker, and whether its session lives. */
export type WorkerRecord = WorkerRow & { readonly present: boolean };

/** Turns without a call after which a database counts as quiet. */
const STILL = 8;

export interface StagedMessage {
  readonly message: NewMessage;
  readonly stagedAt: number;
}

export interface MemoryDatabaseOptions {
  /** Where the database's clock comes from. Default the wall clock. */
  readonly clock?: Pick<Clock, 'now'>;
  /** How far the database's clock is ahead of it, in milliseconds. Default 0. */
  readonly clockOffset?: number;
  /** Behaves as SQLite: one connection writes at a time, and an open activity transaction is that connection. Default false. */
  readonly singleWriter?: boolean;
  /** Whether workers hold sessions that others see, as on a server. Default false: then leases alone tell who is gone. */
  readonly liveness?: boolean;
  /** Limits to report and to enforce. Default none. */
  readonly limits?: Partial<StorageLimits>;
}

/** The shared tables behind one or several {@link MemoryStorage}s, as one database server stands behind several processes. */
export class MemoryDatabase {
  readonly instances = new Map<string, InstanceRecord>();
  readonly definitions = new Map<string, DefinitionRow>();
  readonly outbox = new Map<string, NewOutboxEvent>();
  /** What relays have made of events of the outbox. */
  readonly relayed = new Map<string, RelayState>();
  readonly messages = new MessageTable();
  /** Messages that siblings have claimed. */
  readonly claimed = new Set<number>();
  /** Messages that users' transactions have left for `moveStaged`, in order. */
  readonly staged = new Map<number, StagedMessage>();
  /** History of ended generations, by instance id. */
  readonly archive = new Map<string, readonly HistoryRow[]>();
  readonly workers = new Map<string, WorkerRecord>();
  readonly locks = new Map<string, { readonly holder: string; readonly expiresAt: number }>();
  readonly hasSessions: boolean;
  /** Rows that users' activities have committed, in the order of the commits. */
  readonly effects: string[] = [];
  readonly limits: StorageLimits;
  /** Counts calls as they come in and as they are done: while it stands still, nobody is busy with this database. */
  activity = 0;
  /** Set where only one connection can write at a time. */
  readonly writer: Semaphore | undefined;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #locks = new Map<string, Promise<unknown>>();
  #offset: number;
  #lastId = 0;

  constructor(options: MemoryDatabaseOptions = {}) {
    this.#clock = options.clock ?? { now: () => Date.now() };
    this.#offset = options.clockOffset ?? 0;
    this.limits = { maxIdLength: null, refusesNul: false, maxTime: null, ...options.limits };
    this.hasSessions = options.liveness ?? false;
    this.writer = options.singleWriter === true ? new Semaphore(1) : undefined;
  }

  now(): number {
    return this.#clock.now() + this.#offset;
  }

  /** Moves the database's clock against the processes' clock. */
  shiftClock(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  /** Ids grow in the order in which rows are inserted; those of a rolled back transaction are not used again. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Runs `work` as one transaction: all that it changes, or nothing when it throws. */
  atomically<T>(work: (undo: UndoLog) => T): T {
    const undo = new UndoLog();
    try {
      return work(undo);
    } catch (error) {
      undo.rollback();
      throw error;
    }
  }

  insert(row: InstanceRow, undo: UndoLog): InstanceRecord {
    const record = newRecord(row);
    this.instances.set(row.instanceId, record);
    undo.add(() => this.instances.delete(row.instanceId));
    return record;
  }

  update(record: InstanceRecord, change: Partial<InstanceRow>, undo: UndoLog): InstanceRow {
    const before = record.row;
    record.row = { ...before, ...change, updatedAt: this.now() };
    undo.add(() => (record.row = before));
    return record.row;
  }

  /** Keeps writers away from these rows until a transaction that is still under way has ended. */
  lock(keys: readonly string[], ended: Promise<unknown>): void {
    for (const key of keys) this.#locks.set(key, ended);
    void ended.then(() => {
      for (const key of keys) if (this.#locks.get(key) === ended) this.#locks.delete(key);
    });
  }

  isLocked(rows: LockedRows): boolean {
    return locksOf(rows).some((key) => this.#locks.has(key));
  }

  /** Resolves when the transactions that hold one of these rows now have ended. */
  async underWay(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.flatMap((key) => this.#locks.get(key) ?? []));
  }

  /** Resolves when none of them is locked. */
  async whenFree(keys: readonly string[]): Promise<void> {
    const lockOf = (): Promise<unknown> | undefined =>
      keys.map((key) => this.#locks.get(key)).find((lock) => lock !== undefined);
    for (let lock = lockOf(); lock !== undefined; lock = lockOf()) await lock;
  }

  /** Resolves when nobody has been busy with this database for so many turns of the event loop. */
  async quiet(turns = STILL): Promise<void> {
    let seen = -1;
    for (let still = 0; still < turns;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      still = this.activity === seen ? still + 1 : 0;
      seen = this.activity;
    }
  }

  /** Live instances, for the scans. */
  *live(): Iterable<InstanceRecord> {
    for (const record of this.instances.values()) if (!isTerminal(record.row.status)) yield record;
  }
}
