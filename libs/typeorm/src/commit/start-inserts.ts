import { FRAMEWORK, type NewInstance } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlStatement, SqlValue } from '../sql/statement.js';
import { TableInsert } from '../sql/table-insert.js';

/** New instances as INSERTs. */
export class StartInserts {
  readonly #locked: TableInsert;
  readonly #unlocked: TableInsert;

  constructor(private readonly dialect: Dialect) {
    const columns = {
      instance_id: '?',
      workflow_name: '?',
      source_hash: '?',
      owner_service: '?',
      framework: `'${FRAMEWORK}'`,
      status: `'running'`,
      continued_from: '?',
      started_at: dialect.timestamp,
      updated_at: dialect.now,
      input_data: '?',
      romancy_started_at: '?',
      romancy_chain: '?',
      romancy_started_by: '?',
      romancy_trace: '?',
    };
    const lock = {
      locked_by: '?',
      locked_at: dialect.now,
      lock_timeout_seconds: '?',
      lock_expires_at: dialect.nowPlus,
    };
    // Where it can be told which rows were new, existing ones are left alone; elsewhere the statement fails as a whole.
    const suffix = dialect.tellsKept ? dialect.orKeep('instance_id') : '';
    this.#locked = new TableInsert('workflow_instances', { ...columns, ...lock }, dialect.rowsPerStatement, suffix);
    this.#unlocked = new TableInsert('workflow_instances', columns, dialect.rowsPerStatement, suffix);
  }

  /** As few statements as possible. */
  together(instances: readonly NewInstance[]): SqlStatement[] {
    return [
      ...this.#locked.of(instances.filter(({ lock }) => lock !== null).map((instance) => this.#values(instance))),
      ...this.#unlocked.of(instances.filter(({ lock }) => lock === null).map((instance) => this.#values(instance))),
    ];
  }

  /** One statement for each, in order. */
  singly(instances: readonly NewInstance[]): SqlStatement[] {
    return instances.map((instance) => this.one(instance));
  }

  one(instance: NewInstance): SqlStatement {
    const table = instance.lock === null ? this.#unlocked : this.#locked;
    return table.one(this.#values(instance));
  }

  #values(instance: NewInstance): SqlValue[] {
    const { lock } = instance;
    return [
      instance.instanceId,
      instance.workflowName,
      instance.sourceHash,
      instance.ownerService,
      instance.continuedFrom,
      this.dialect.time(instance.startedAt),
      instance.input,
      instance.startedAt,
      instance.chain,
      instance.startedBy,
      instance.trace,
      ...(lock === null ? [] : [lock.token, Math.ceil(lock.leaseMs / 1000), this.dialect.lease(lock.leaseMs)]),
    ];
  }
}
