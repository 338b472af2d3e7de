import {
  holderOf,
  type Liveness,
  type LivenessKind,
  type WorkerCard,
  type WorkerRow,
  type WorkerSight,
} from '@romancy/core';
import type { Connection } from './connection.js';

/** A session as a server has it, which a test can cut: it is gone when the process crashes. */
export class MemoryLiveness implements Liveness {
  #card: WorkerCard | undefined;
  #present = false;
  #epoch = 0;
  #since = 0;

  constructor(private readonly connection: Connection) {}

  get kind(): LivenessKind {
    return this.#present ? 'session' : 'none';
  }

  get epoch(): number {
    return this.#epoch;
  }

  async join(card: WorkerCard, provable: boolean): Promise<void> {
    this.#card = card;
    this.#since = this.connection.database.now();
    this.#present = provable && this.connection.database.hasSessions;
    if (this.#present) this.#epoch += 1;
    this.connection.faults.onCrash(() => {
      this.#put(false);
    });
    await this.#write('liveness.join');
  }

  beat(): Promise<void> {
    return this.#write('liveness.beat');
  }

  async leave(): Promise<void> {
    const { database } = this.connection;
    const card = this.#card;
    this.#card = undefined;
    this.#present = false;
    if (card === undefined) return;
    await this.connection.write({ name: 'liveness.leave', write: true, instanceIds: [] }, () =>
      database.workers.delete(card.workerId),
    );
  }

  list(): Promise<readonly WorkerRow[]> {
    const { workers } = this.connection.database;
    return this.connection.read('liveness.list', () => [...workers.values()].map(({ present: _, ...row }) => row));
  }

  forget(silentMs: number): Promise<number> {
    const { database } = this.connection;
    return this.connection.write({ name: 'liveness.forget', write: true, instanceIds: [] }, () => {
      const silent = [...database.workers.values()].filter(({ seenAt }) => seenAt < database.now() - silentMs);
      for (const { workerId } of silent) database.workers.delete(workerId);
      return silent.length;
    });
  }

  /** Cuts the session: others see that it is gone, and this process knows it too. */
  cut(): void {
    this.#present = false;
    this.#put(false);
  }

  /** Makes the session anew. */
  reconnect(): void {
    this.#present = true;
    this.#epoch += 1;
    this.#put(true);
  }

  /** @internal The other workers, as a scan shows them. */
  sights(token: string): readonly WorkerSight[] {
    return [...this.connection.database.workers.values()]
      .filter(({ workerId }) => workerId !== holderOf(token))
      .map(({ workerId, liveness, present, seenAt }) => ({
        workerId,
        seenAt,
        state: liveness !== 'session' ? 'unknown' : present ? 'alive' : 'absent',
      }));
  }

  async #write(name: string): Promise<void> {
    await this.connection.write({ name, write: true, instanceIds: [] }, () => {
      this.#put(this.#present);
    });
  }

  #put(present: boolean): void {
    const { database } = this.connection;
    if (this.#card === undefined) return;
    const before = database.workers.get(this.#card.workerId);
    database.workers.set(this.#card.workerId, {
      ...this.#card,
      host: 'memory',
      pid: process.pid,
      liveness: before?.liveness ?? (present ? 'session' : 'none'),
      present,
      startedAt: this.#since,
      seenAt: present || before === undefined ? database.now() : before.seenAt,
    });
  }
}
