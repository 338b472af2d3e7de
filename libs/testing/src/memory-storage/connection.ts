import { CommitUnknownError } from '@romancy/core';
import type { Operation, StorageFaults } from './faults.js';
import { locksOf, type LockedRows } from './locked-rows.js';
import type { MemoryDatabase } from './memory-database.js';

export interface Write extends Operation, LockedRows {
  /** The caller holds the database's only writer already. */
  readonly holdsWriter?: boolean;
  /** What the caller has locked already. */
  readonly holds?: LockedRows;
}

/** What a transaction does after it has looked: nothing more, or a write, for which it locks at once what it `holds`. */
export type Plan<T> = { readonly answer: T } | (Pick<Write, 'entries' | 'instanceIds' | 'channels'> & PlannedWrite<T>);

interface PlannedWrite<T> {
  readonly holds: LockedRows;
  readonly apply: () => T;
}

/** The way from one process to the database: every call of every store passes here. */
export class Connection {
  constructor(
    readonly database: MemoryDatabase,
    readonly faults: StorageFaults,
  ) {}

  async read<T>(name: string, look: () => T, rows: LockedRows = {}): Promise<T> {
    const pass = this.faults.begin({ name, write: false });
    await pass('before');
    await this.database.whenFree(locksOf(rows));
    await this.faults.whileAlive();
    const result = look();
    await pass('after');
    return result;
  }

  async write<T>(write: Write, apply: () => T): Promise<T> {
    const pass = this.faults.begin(write);
    const late = await pass('before');
    if (late !== undefined) return this.#landLate(write, late.landsLate, apply);
    const release = write.holdsWriter === true ? undefined : await this.acquireWriter();
    try {
      const held = locksOf(write.holds ?? {});
      await this.database.whenFree(locksOf(write).filter((lock) => !held.includes(lock)));
      await this.faults.whileAlive();
      const result = apply();
      await pass('after');
      return result;
    } finally {
      release?.();
    }
  }

  /** A transaction of two calls, the second named `name`: what `look` finds stays true until the write, as its plan locks it. */
  async transact<T>(name: string, rows: LockedRows, look: () => Plan<T>): Promise<T> {
    const leaveWriter = await this.acquireWriter();
    let unlock = (): void => undefined;
    const lookAndLock = (): Plan<T> => {
      const plan = look();
      if ('apply' in plan) unlock = this.#lock(plan.holds);
      return plan;
    };
    try {
      const plan = await this.read(`${name}.look`, lookAndLock, rows);
      if (!('apply' in plan)) return plan.answer;
      const { apply, ...parts } = plan;
      return await this.write({ ...parts, name, write: true, holdsWriter: true }, apply);
    } finally {
      unlock();
      leaveWriter();
    }
  }

  /** Waits for the database's only writer, where there is but one. A dying process gives it back. */
  async acquireWriter(): Promise<() => void> {
    const release = await this.database.writer?.enter();
    if (release === undefined) return () => undefined;
    if (this.faults.crashed) release();
    await this.faults.whileAlive();
    const unregister = this.faults.onCrash(release);
    return () => {
      unregister();
      release();
    };
  }

  #lock(rows: LockedRows): () => void {
    let end = (): void => undefined;
    this.database.lock(locksOf(rows), new Promise<void>((resolve) => (end = resolve)));
    const unregister = this.faults.onCrash(end);
    return () => {
      unregister();
      end();
    };
  }

  #landLate(write: Write, landing: Promise<unknown>, apply: () => unknown): never {
    const rows = [...locksOf(write), ...locksOf(write.holds ?? {})];
    const landed = Promise.all([landing, this.database.underWay(rows)])
      .then(apply)
      .catch(() => undefined);
    this.database.lock(rows, landed);
    throw new CommitUnknownError(`The connection was lost while ${write.name} was under way.`);
  }
}
