import type { LeadershipStore } from '@romancy/core';
import type { Connection } from './connection.js';

export class MemoryLeadershipStore implements LeadershipStore {
  constructor(private readonly connection: Connection) {}

  acquire(lock: string, holder: string, leaseMs: number, dead: readonly string[]): Promise<boolean> {
    const { database } = this.connection;
    return this.connection.write({ name: 'leadership.acquire', write: true, instanceIds: [] }, () => {
      const held = database.locks.get(lock);
      const free = held === undefined || held.holder === holder || held.expiresAt <= database.now();
      if (!free && !dead.includes(held.holder)) return false;
      database.locks.set(lock, { holder, expiresAt: database.now() + leaseMs });
      return true;
    });
  }

  release(lock: string, holder: string): Promise<void> {
    const { locks } = this.connection.database;
    return this.connection.write({ name: 'leadership.release', write: true, instanceIds: [] }, () => {
      if (locks.get(lock)?.holder === holder) locks.delete(lock);
    });
  }
}
