import type { CommitEntry, CommitSession, CommitStore, EntryVerdict } from '@romancy/core';
import type { EntryWriter } from '../commit/entry-writer.js';
import type { Backend, WriteSession } from '../connection/backend.js';

/** Writes the committer's groups. */
export class TypeOrmCommitStore implements CommitStore {
  constructor(
    private readonly backend: Backend,
    private readonly writer: EntryWriter,
  ) {}

  get sessions(): number {
    return this.backend.sessions;
  }

  async acquire(): Promise<CommitSession> {
    return new TypeOrmCommitSession(await this.backend.acquireSession(), this.writer);
  }
}

class TypeOrmCommitSession implements CommitSession {
  constructor(
    private readonly session: WriteSession,
    private readonly writer: EntryWriter,
  ) {}

  async write(entries: readonly CommitEntry[]): Promise<readonly EntryVerdict[]> {
    if (entries.length === 0) return [];
    return this.session.write(this.writer.kindOf(entries), this.writer.program(entries));
  }

  release(): void {
    this.session.release();
  }
}
