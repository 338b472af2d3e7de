import { CommitUnknownError } from '@romancy/core';
import type { MemoryDatabase } from './memory-database.js';
import type { Operation, StorageFaults } from './faults.js';

/** What a write locks; it waits while a commit under way holds one of them. */
export interface LockedRows {
  readonly instanceIds: readonly string[];
  /** Channels that it publishes to. */
  readonly channels?: readonly string[];
}

export interface Write extends Operation, LockedRows {
  /** The caller holds the database's only writer already. */
  readonly holdsWriter?: boolean;
}

/** The way from one process to the database: every call of every store passes here. */
export class Connection {
  constructor(
    readonly database: MemoryDatabase,
    readonly faults: StorageFaults,
  ) {}

  async read<T>(name: string, look: () => T): Promise<T> {
    const pass = this.faults.begin({ name, write: false });
    await pass('before');
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
      await this.database.whenFree(locksOf(write));
      await this.faults.whileAlive();
      const result = apply();
      await pass('after');
      return result;
    } finally {
      release?.();
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

  #landLate(write: Write, landing: Promise<unknown>, apply: () => unknown): never {
    const landed = landing.then(apply).catch(() => undefined);
    this.database.lock(locksOf(write), landed);
    throw new CommitUnknownError(`The connection was lost while ${write.name} was under way.`);
  }
}

function locksOf({ instanceIds, channels = [] }: LockedRows): readonly string[] {
  return [...instanceIds, ...channels.map((channel) => JSON.stringify({ channel }))];
}
