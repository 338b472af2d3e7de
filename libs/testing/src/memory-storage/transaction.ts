import {
  EntryConflictError,
  FRAMEWORK,
  SerializationConflictError,
  TransactionEndedError,
  type ActivityTransaction,
  type ActivityTransactions,
  type CommitEntry,
  type EntryVerdict,
  type ExistingInstance,
  type ForeignTransaction,
  type NewInstance,
  type NewMessage,
  type NewOutboxEvent,
} from '@romancy/core';
import type { Connection } from './connection.js';
import { insertOutboxEvent, rowsOf } from './entry-writer.js';
import { newestRow } from './newest-row.js';
import { checkMessages } from './limits.js';
import { Refusal, writeOrRefuse } from './refusal.js';
import { stageMessage } from './staged-messages.js';
import { insertInstance } from './start-writer.js';

/** One attempt's transaction. `effect` stands for whatever a user's activity writes to the database. */
export class MemoryTransaction implements ActivityTransaction, ForeignTransaction {
  readonly #effects: string[] = [];
  readonly #starts: NewInstance[] = [];
  readonly #messages: NewMessage[] = [];
  readonly #outbox: NewOutboxEvent[] = [];
  readonly #callbacks: (() => void)[] = [];
  #leaveWriter: (() => void) | undefined;
  #ended = false;
  #used = false;
  #lost = false;

  constructor(
    private readonly connection: Connection,
    readonly label: string,
  ) {}

  get used(): boolean {
    return this.#used;
  }

  conflictedBy(error: unknown): boolean {
    return this.#lost || error instanceof SerializationConflictError;
  }

  /** Writes a row of the user's. It becomes visible in `storage.effects` when, and only when, the transaction commits. */
  async effect(key: string): Promise<void> {
    await this.#statement('transaction.effect');
    this.#effects.push(key);
  }

  async insertInstance(instance: NewInstance): Promise<boolean> {
    await this.#statement('transaction.insertInstance');
    const id = instance.instanceId;
    if (this.connection.database.instances.has(id)) return false;
    if (this.#starts.some((start) => start.instanceId === id)) return false;
    this.#starts.push(instance);
    return true;
  }

  async findInstance(instanceId: string): Promise<ExistingInstance | undefined> {
    await this.#statement('transaction.findInstance');
    const start = this.#starts.find((each) => each.instanceId === instanceId);
    if (start) return begun(start);
    return this.connection.database.instances.get(instanceId)?.row;
  }

  async latestInstance(instanceId: string): Promise<ExistingInstance | undefined> {
    await this.#statement('transaction.latestInstance');
    const stored = newestRow(this.connection.database, instanceId);
    let newest = stored?.instanceId ?? instanceId;
    let start: NewInstance | undefined;
    for (const each of this.#starts) {
      if (each.instanceId !== newest && each.continuedFrom !== newest) continue;
      start = each;
      newest = each.instanceId;
    }
    return start ? begun(start) : stored;
  }

  async stageMessages(messages: readonly NewMessage[]): Promise<void> {
    await this.#statement('transaction.stageMessages');
    checkMessages(messages, this.connection.database.limits);
    this.#messages.push(...messages);
  }

  async insertOutbox(events: readonly NewOutboxEvent[]): Promise<void> {
    await this.#statement('transaction.insertOutbox');
    this.#outbox.push(...events);
  }

  afterCommit(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  async commit(entries: readonly CommitEntry[]): Promise<EntryVerdict> {
    await this.#open();
    const { instanceIds, channels } = rowsOf(entries);
    const rows = { instanceIds: [...instanceIds, ...this.#starts.map((start) => start.instanceId)], channels };
    const operation = { name: 'transaction.commit', write: true, entries, ...rows, holdsWriter: true };
    try {
      const verdict = await this.connection.write(operation, () => this.#apply(entries));
      if (verdict.kind === 'done') for (const callback of this.#callbacks) callback();
      return verdict;
    } finally {
      this.#end();
    }
  }

  async rollback(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    await this.connection.faults.whileAlive();
  }

  /** Commits without the engine: for starts inside a caller's own transaction. */
  async commitAlone(): Promise<void> {
    await this.commit([]);
  }

  #apply(entries: readonly CommitEntry[]): EntryVerdict {
    const { database } = this.connection;
    try {
      return database.atomically((undo) => {
        for (const start of this.#starts) {
          const existing = insertInstance(database, start, undo);
          if (existing !== undefined) throw new EntryConflictError('unique', `Instance ${start.instanceId} exists.`);
        }
        for (const event of this.#outbox) insertOutboxEvent(database, event, undo);
        for (const message of this.#messages) stageMessage(database, message, undo);
        writeOrRefuse(database, entries, undo);
        database.effects.push(...this.#effects);
        return { kind: 'done' };
      });
    } catch (error) {
      if (error instanceof Refusal) return error.verdict;
      throw error;
    }
  }

  async #statement(name: string): Promise<void> {
    await this.#open();
    try {
      await this.connection.write({ name, write: true, instanceIds: [], holdsWriter: true }, () => undefined);
    } catch (error) {
      this.#lost ||= error instanceof SerializationConflictError;
      throw error;
    }
    if (this.#ended) throw new TransactionEndedError(this.label);
  }

  async #open(): Promise<void> {
    if (this.#ended) throw new TransactionEndedError(this.label);
    if (this.#used) return;
    this.#used = true;
    this.#keepWriter(await this.connection.acquireWriter());
  }

  #keepWriter(leave: () => void): void {
    if (this.#ended) leave();
    else this.#leaveWriter = leave;
  }

  #end(): void {
    this.#ended = true;
    this.#leaveWriter?.();
    this.#leaveWriter = undefined;
  }
}

function begun({ instanceId, workflowName }: NewInstance): ExistingInstance {
  return { instanceId, workflowName, framework: FRAMEWORK, status: 'running' };
}

export class MemoryTransactions implements ActivityTransactions {
  constructor(private readonly connection: Connection) {}

  create(label: string): MemoryTransaction {
    return new MemoryTransaction(this.connection, label);
  }
}
