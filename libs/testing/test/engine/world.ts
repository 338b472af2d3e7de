import { isTerminal, type InstanceRow } from '@romancy/core';
import { MemoryStorage, VirtualClock, type MemoryStorageOptions } from '@romancy/testing';

/** A call to something outside the database, as it is seen there. */
export interface OutsideCall {
  readonly name: string;
  readonly idempotencyKey: string;
  readonly worker: string;
}

/** One database, one clock, the outside: what outlives a crash, and what is seen to go wrong. */
export class World {
  readonly clock = new VirtualClock({ whenIdle: () => this.storage.database.quiet(), patience: 10_000 });
  readonly storage: MemoryStorage;
  readonly outside: OutsideCall[] = [];
  /** Promises that were seen to be broken, in words. */
  readonly violations: string[] = [];
  readonly bodies = new Map<string, number>();
  readonly #ends = new Map<string, string>();
  /** What the database has done up to the last check of the ends. */
  #checkedAt = -1;

  constructor(options: MemoryStorageOptions = {}) {
    this.storage = new MemoryStorage({ clock: this.clock, ...options });
  }

  row(instanceId: string): InstanceRow | undefined {
    return this.storage.database.instances.get(instanceId)?.row;
  }

  isOver(instanceId: string): boolean {
    const row = this.row(instanceId);
    return row !== undefined && isTerminal(row.status);
  }

  /** Every instance that exists is over. */
  isAllOver(): boolean {
    return [...this.storage.database.instances.keys()].every((instanceId) => this.isOver(instanceId));
  }

  recorded(instanceId: string): readonly string[] {
    return [...(this.storage.database.instances.get(instanceId)?.recordedSteps ?? [])];
  }

  /** A body begins: it must be a step that is not recorded yet, and all that the workflow has seen before must be recorded. */
  bodyBegins(worker: string, instanceId: string, stepId: string): void {
    this.bodyMoves();
    this.bodies.set(`${instanceId}/${stepId}`, (this.bodies.get(`${instanceId}/${stepId}`) ?? 0) + 1);
    const record = this.storage.database.instances.get(instanceId);
    const holds = record?.row.lockedBy?.startsWith(`${worker}@`) === true;
    if (holds && record.recordedSteps.has(stepId))
      this.violations.push(`${instanceId}/${stepId} ran again after it was recorded`);
  }

  /** Something has happened that the database does not see. */
  bodyMoves(): void {
    this.storage.database.activity++;
  }

  /** Terminal statuses never change and leave nothing behind that could wake the instance (P6). */
  checkEnds(): void {
    const { activity } = this.storage.database;
    if (activity === this.#checkedAt) return;
    this.#checkedAt = activity;
    for (const { row, timers, attempts, block, takeovers, history } of this.storage.database.instances.values()) {
      if (!isTerminal(row.status)) continue;
      const end = JSON.stringify([row.status, row.output, history.length]);
      const first = this.#ends.get(row.instanceId) ?? end;
      this.#ends.set(row.instanceId, first);
      if (first !== end) this.violations.push(`${row.instanceId} ended as ${first} and then became ${end}`);
      if (timers.size + attempts.size + takeovers > 0 || block !== undefined || row.lockedBy !== null) {
        const left = {
          timers: [...timers.keys()],
          attempts: [...attempts.keys()],
          takeovers,
          block,
          lockedBy: row.lockedBy,
        };
        this.violations.push(`${row.instanceId} ended ${row.status} and left ${JSON.stringify(left)}`);
      }
    }
  }

  /** Lets time pass, timer by timer, until `done` or the limit in milliseconds; answers whether it was done. */
  async runUntil(done: () => boolean | Promise<boolean>, limit = 30 * 86_400_000): Promise<boolean> {
    const end = this.clock.now() + limit;
    await this.clock.runUntilIdle();
    while (!(await done())) {
      this.checkEnds();
      const next = this.clock.nextTimerAt;
      if (next === undefined || next > end) return false;
      await this.clock.advanceTo(next);
    }
    this.checkEnds();
    return true;
  }
}
