import {
  silentLogger,
  type HistoryStore,
  type InspectionStore,
  type InstanceStore,
  type LeadershipStore,
  type LeaseStore,
  type OutboxStore,
  type StatisticsStore,
  type MessageStore,
  type Notifications,
  type Liveness,
  type RetentionStore,
  type RunStateStore,
  type Storage,
  type StorageLimits,
  type TimerStore,
} from '@romancy/core';
import type { DataSource } from 'typeorm';
import { writerFor } from './commit/writer-for.js';
import type { Backend } from './connection/backend.js';
import { connect } from './connection/connect.js';
import { DriverError } from './errors/driver-error.js';
import { TypeOrmMessageStore } from './messages/message.store.js';
import { TypeOrmInspectionStore } from './inspection/inspection.store.js';
import { prepareTables } from './migrations/prepare-tables.js';
import { notificationsFor } from './notifications/notifications-for.js';
import { ProcessProbe } from './liveness/process-probe.js';
import { TypeOrmLiveness } from './liveness/typeorm-liveness.js';
import { TypeOrmRetentionStore } from './retention/retention.store.js';
import type { TypeOrmStorageOptions } from './storage-options.js';
import { TypeOrmOutboxStore } from './outbox/outbox.store.js';
import { TypeOrmCommitStore } from './stores/commit.store.js';
import { TypeOrmDefinitionStore } from './stores/definition.store.js';
import { TypeOrmHistoryStore } from './stores/history.store.js';
import { TypeOrmInstanceStore } from './stores/instance.store.js';
import { TypeOrmLeadershipStore } from './stores/leadership.store.js';
import { TypeOrmLeaseStore } from './stores/lease.store.js';
import { TypeOrmRunStateStore } from './stores/run-state.store.js';
import { TypeOrmStatisticsStore } from './stores/statistics.store.js';
import { TypeOrmTimerStore } from './stores/timer.store.js';
import { runOne, type SqlProgram } from './sql/program.js';
import { toStorageError } from './sql/sql-errors.js';
import { sql } from './sql/statement.js';
import { TypeOrmActivityTransactions } from './transaction/activity-transactions.js';
import { registerApplication } from './transaction/applications.js';
import { routeIntoActivities } from './transaction/ambient-routing.js';
import { beginStatements } from './transaction/begin-statements.js';

interface Open {
  readonly backend: Backend;
  readonly commits: TypeOrmCommitStore;
  readonly definitions: TypeOrmDefinitionStore;
  readonly history: HistoryStore;
  readonly inspection: InspectionStore;
  readonly instances: InstanceStore;
  readonly leadership: LeadershipStore;
  readonly leases: LeaseStore;
  readonly outboxEvents: OutboxStore;
  readonly statistics: StatisticsStore;
  readonly messages: MessageStore;
  readonly notifications: Notifications | undefined;
  readonly liveness: Liveness;
  readonly retention: RetentionStore;
  readonly runState: RunStateStore;
  readonly timers: TimerStore;
  readonly transactions: TypeOrmActivityTransactions;
}

/**
 * Storage on SQLite, PostgreSQL, MySQL or MariaDB through TypeORM.
 *
 * @example
 * const storage = new TypeOrmStorage({ database: 'postgres://localhost/orders' });
 * await storage.open();
 */
export class TypeOrmStorage implements Storage {
  #opening: Promise<Open> | undefined;
  #open: Open | undefined;

  constructor(private readonly options: TypeOrmStorageOptions) {}

  /** `sqlite`, `postgres`, `mysql` or `mariadb`: what the server is, once the storage is open. */
  get dialect(): string {
    return this.#state.backend.dialect.name;
  }

  get limits(): StorageLimits {
    return this.#state.backend.dialect.limits;
  }

  /** The DataSource of user code: the one that was given, or the one that was made from `database`. */
  get dataSource(): DataSource {
    return this.#state.backend.application;
  }

  get commits(): TypeOrmCommitStore {
    return this.#state.commits;
  }

  get definitions(): TypeOrmDefinitionStore {
    return this.#state.definitions;
  }

  get history(): HistoryStore {
    return this.#state.history;
  }

  get inspection(): InspectionStore {
    return this.#state.inspection;
  }

  get instances(): InstanceStore {
    return this.#state.instances;
  }

  get leadership(): LeadershipStore {
    return this.#state.leadership;
  }

  get leases(): LeaseStore {
    return this.#state.leases;
  }

  get statistics(): StatisticsStore {
    return this.#state.statistics;
  }

  get outboxEvents(): OutboxStore {
    return this.#state.outboxEvents;
  }

  get messages(): MessageStore {
    return this.#state.messages;
  }

  get notifications(): Notifications | undefined {
    return this.#state.notifications;
  }

  get liveness(): Liveness {
    return this.#state.liveness;
  }

  get retention(): RetentionStore {
    return this.#state.retention;
  }

  get runState(): RunStateStore {
    return this.#state.runState;
  }

  get timers(): TimerStore {
    return this.#state.timers;
  }

  get transactions(): TypeOrmActivityTransactions {
    return this.#state.transactions;
  }

  async open(): Promise<void> {
    this.#opening ??= this.#connect();
    try {
      this.#open = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#open = undefined;
    const open = await opening?.catch(() => undefined);
    await open?.notifications?.stop();
    await open?.liveness.leave();
    await open?.backend.close();
  }

  databaseNow(): Promise<number> {
    const { backend } = this.#state;
    return backend.read(now(backend.dialect.nowMs));
  }

  get #state(): Open {
    if (this.#open === undefined) throw new DriverError('The storage is not open: await open() first.');
    return this.#open;
  }

  async #connect(): Promise<Open> {
    const { options } = this;
    const backend = await connectOrExplain(options);
    try {
      await prepareTables(backend, options);
    } catch (error) {
      await backend.close();
      throw toStorageError(error, 'before-commit');
    }
    registerApplication(backend.application, backend.dialect);
    const logger = options.logger ?? silentLogger;
    const notifications = options.notifications === false ? undefined : notificationsFor(backend, logger);
    const notifies = notifications !== undefined;
    const writer = writerFor(backend.dialect, notifies);
    const probe = new ProcessProbe();
    const transactions = new TypeOrmActivityTransactions({
      dataSource: backend.application,
      dialect: backend.dialect,
      writer,
      logger,
      warnAfterMs: options.transactionWarnAfterMs ?? 5000,
      prepares: options.preparedStatements ?? true,
      begin: beginStatements(backend.dialect, backend.applicationMade),
      createRunner: routeIntoActivities(backend.application),
    });
    return {
      backend,
      notifications,
      transactions,
      commits: new TypeOrmCommitStore(backend, writer),
      definitions: new TypeOrmDefinitionStore(backend),
      history: new TypeOrmHistoryStore(backend),
      inspection: new TypeOrmInspectionStore(backend),
      instances: new TypeOrmInstanceStore(backend),
      outboxEvents: new TypeOrmOutboxStore(backend),
      statistics: new TypeOrmStatisticsStore(backend),
      messages: new TypeOrmMessageStore(backend, writer, notifies),
      leadership: new TypeOrmLeadershipStore(backend),
      leases: new TypeOrmLeaseStore(backend, probe),
      liveness: new TypeOrmLiveness(backend, probe, logger),
      retention: new TypeOrmRetentionStore(backend),
      runState: new TypeOrmRunStateStore(backend),
      timers: new TypeOrmTimerStore(backend),
    };
  }
}

async function connectOrExplain(options: TypeOrmStorageOptions): Promise<Backend> {
  try {
    return await connect(options);
  } catch (error) {
    throw toStorageError(error, 'before-commit');
  }
}

function* now(expression: string): SqlProgram<number> {
  const { rows } = yield* runOne(sql(`SELECT ${expression} AS now`));
  return Number(rows[0]?.['now']);
}
