import {
  FRAMEWORK,
  isTerminal,
  type FinishedPage,
  type InstanceRow,
  type RetainedRow,
  type RetentionPosition,
  type RetentionStore,
  type RetentionTerm,
} from '@romancy/core';
import type { Connection } from './connection.js';
import type { InstanceRecord } from './instance-record.js';
import type { MemoryDatabase } from './memory-database.js';

export class MemoryRetentionStore implements RetentionStore {
  readonly #database: MemoryDatabase;

  constructor(private readonly connection: Connection) {
    this.#database = connection.database;
  }

  finished(
    what: 'ends' | 'generations',
    terms: readonly RetentionTerm[],
    after: RetentionPosition | null,
    limit: number,
  ): Promise<FinishedPage> {
    return this.connection.read('retention.finished', () => {
      const found = this.#rows()
        .filter((row) => row.framework === FRAMEWORK && terms.some((term) => this.#covers(term, row)))
        .filter((row) => (what === 'ends' ? !this.#isContinued(row) : this.#isLink(row)))
        .sort((a, b) => a.updatedAt - b.updatedAt || (a.instanceId < b.instanceId ? -1 : 1))
        .filter((row) => after === null || isBehind(row, after))
        .slice(0, limit);
      const last = found.length < limit ? undefined : found.at(-1);
      const next = last === undefined ? null : { endedAt: last.updatedAt, instanceId: last.instanceId };
      return { rows: found.map((row) => this.#retained(row)), next };
    });
  }

  ancestry(instanceId: string, limit: number): Promise<readonly RetainedRow[]> {
    return this.connection.read('retention.ancestry', () => {
      const line: RetainedRow[] = [];
      for (let id: string | null = instanceId; id !== null && line.length < limit;) {
        const row: InstanceRow | undefined = this.#database.instances.get(id)?.row;
        if (row !== undefined) line.push(this.#retained(row));
        id = row?.continuedFrom ?? null;
      }
      return line;
    });
  }

  removeLines(lines: readonly (readonly string[])[]): Promise<readonly string[]> {
    return this.#write(lines.flat(), () => {
      const { instances } = this.#database;
      const whole = lines.filter(
        (line) => line.every((id) => isOver(instances.get(id))) && this.#successors(new Set(line)).length === 0,
      );
      return new Set(whole.flat());
    });
  }

  removeLinks(instanceIds: readonly string[]): Promise<readonly string[]> {
    return this.#write(
      instanceIds,
      () => new Set(instanceIds.filter((id) => isOver(this.#database.instances.get(id)))),
    );
  }

  #write(instanceIds: readonly string[], choose: () => ReadonlySet<string>): Promise<readonly string[]> {
    return this.connection.write({ name: 'retention.remove', write: true, instanceIds }, () => {
      const { instances, archive } = this.#database;
      const taken = choose();
      for (const record of this.#successors(taken)) {
        let parent = record.row.continuedFrom;
        while (parent !== null && taken.has(parent)) parent = instances.get(parent)?.row.continuedFrom ?? null;
        record.row = { ...record.row, continuedFrom: parent };
      }
      for (const id of taken) {
        instances.delete(id);
        archive.delete(id);
      }
      return [...taken];
    });
  }

  /** Those that continue one of these and are none of them. */
  #successors(ids: ReadonlySet<string>): InstanceRecord[] {
    return [...this.#database.instances.values()].filter(
      ({ row }) => row.continuedFrom !== null && ids.has(row.continuedFrom) && !ids.has(row.instanceId),
    );
  }

  #rows(): InstanceRow[] {
    return [...this.#database.instances.values()].map(({ row }) => row);
  }

  #isContinued({ instanceId }: InstanceRow): boolean {
    return this.#rows().some((row) => row.continuedFrom === instanceId);
  }

  #isLink(row: InstanceRow): boolean {
    return row.chain !== null && row.continuedFrom !== null && this.#isContinued(row);
  }

  #covers({ status, olderThanMs, workflow }: RetentionTerm, row: InstanceRow): boolean {
    const named = 'only' in workflow ? workflow.only === row.workflowName : !workflow.except.includes(row.workflowName);
    return named && row.status === status && this.#database.now() - row.updatedAt > olderThanMs;
  }

  #retained({ instanceId, workflowName, framework, status, continuedFrom, updatedAt }: InstanceRow): RetainedRow {
    return { instanceId, workflowName, framework, status, continuedFrom, ageMs: this.#database.now() - updatedAt };
  }
}

function isOver(record: InstanceRecord | undefined): boolean {
  return record?.row.framework === FRAMEWORK && isTerminal(record.row.status);
}

function isBehind({ updatedAt, instanceId }: InstanceRow, after: RetentionPosition): boolean {
  return updatedAt > after.endedAt || (updatedAt === after.endedAt && instanceId > after.instanceId);
}
