import { Semaphore } from '@romancy/core';
import type { CommitEntry, CommitSession, CommitStore, EntryVerdict } from '@romancy/core';
import type { Connection } from './connection.js';
import { rowsOf, writeEntries } from './entry-writer.js';

/** Sessions of the committer: as many as the database can serve at once. */
export class MemoryCommitStore implements CommitStore {
  readonly #places: Semaphore;

  constructor(
    private readonly connection: Connection,
    readonly sessions: number,
  ) {
    this.#places = new Semaphore(sessions);
  }

  async acquire(): Promise<CommitSession> {
    await this.connection.faults.whileAlive();
    const leavePlace = await this.#places.enter();
    const leaveWriter = await this.connection.acquireWriter();
    return new MemoryCommitSession(this.connection, () => {
      leaveWriter();
      leavePlace();
    });
  }
}

class MemoryCommitSession implements CommitSession {
  constructor(
    private readonly connection: Connection,
    readonly release: () => void,
  ) {}

  write(entries: readonly CommitEntry[]): Promise<readonly EntryVerdict[]> {
    const { database } = this.connection;
    const write = { name: 'commits.write', write: true, entries, ...rowsOf(entries), holdsWriter: true };
    return this.connection.write(write, () => database.atomically((undo) => writeEntries(database, entries, undo)));
  }
}
