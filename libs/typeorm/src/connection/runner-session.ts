import type { QueryResult } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlResult, SqlRow, SqlStatement, SqlValue } from '../sql/statement.js';
import type { StatementObserver } from './backend.js';
import { nameOfStatement } from './hot-statements.js';
import { sendAlone, takesPipelines, type PgStatement } from './pg-pipeline.js';
import { arrayLiteral } from './postgres-array.js';
import { fitsIntoPacket, tooLarge } from './text-size.js';

/** What is needed of a query runner. */
export interface StatementRunner {
  query(sql: string, parameters: unknown[], structured: true): Promise<unknown>;
  connect(): Promise<unknown>;
}

interface PgClient {
  query(config: {
    readonly name: string;
    readonly text: string;
    readonly values: readonly unknown[];
  }): Promise<{ rows: SqlRow[]; rowCount: number | null }>;
}

export interface SessionOptions {
  /** The connection takes several statements as one text. */
  readonly batches: boolean;
  /** PostgreSQL: the statements of the hot path are prepared under a name. */
  readonly prepares: boolean;
  /** Sees what does not go through TypeORM, whose logger sees the rest. */
  readonly observe?: StatementObserver | undefined;
}

/** Sends statements over a TypeORM query runner and evens out what the drivers answer. */
export class RunnerSession<Runner extends StatementRunner = StatementRunner> {
  constructor(
    readonly runner: Runner,
    private readonly dialect: Dialect,
    readonly options: SessionOptions,
  ) {}

  async send(statements: readonly SqlStatement[]): Promise<readonly SqlResult[]> {
    if (this.options.batches && statements.length > 1 && this.#fits(statements)) return this.#sendAsOne(statements);
    const results: SqlResult[] = [];
    for (const statement of statements) {
      const { sql, params } = statement;
      if (!this.#fits([statement])) throw tooLarge(this.dialect.maxTextBytes ?? 0);
      const text = this.dialect.text(sql);
      const name = this.#prepares && params.length > 0 ? nameOfStatement(text) : undefined;
      if (name !== undefined) results.push(await this.#sendPrepared(name, text, params));
      else {
        const result = (await this.runner.query(text, params.map(toBindable), true)) as QueryResult;
        results.push(evenOut(result.records as SqlRow[] | undefined, result.affected));
      }
    }
    return results;
  }

  /** Only PostgreSQL's driver knows names. */
  get #prepares(): boolean {
    return this.options.prepares && this.dialect.name === 'postgres';
  }

  #fits(statements: readonly SqlStatement[]): boolean {
    const { maxTextBytes } = this.dialect;
    return maxTextBytes === null || fitsIntoPacket(statements, maxTextBytes);
  }

  /** A statement as PostgreSQL's own driver takes it. */
  toDriver({ sql, params }: SqlStatement): PgStatement {
    const text = this.dialect.text(sql);
    const name = this.#prepares ? nameOfStatement(text) : undefined;
    return { text, values: params.map(toPostgres), ...(name !== undefined && { name }) };
  }

  /** PostgreSQL: TypeORM knows no named statements, so this goes to the driver's own client. */
  async #sendPrepared(name: string, text: string, params: readonly SqlValue[]): Promise<SqlResult> {
    const client = (await this.runner.connect()) as PgClient;
    this.options.observe?.(text);
    const statement = { name, text, values: params.map(toPostgres) };
    const { rows, rowCount } = await (takesPipelines(client) ? sendAlone(client, statement) : client.query(statement));
    return evenOut(rows, rowCount);
  }

  async #sendAsOne(statements: readonly SqlStatement[]): Promise<readonly SqlResult[]> {
    const text = statements.map(({ sql }) => sql).join('; ');
    const params = statements.flatMap((statement) => statement.params.map(toBindable));
    const { raw } = (await this.runner.query(text, params, true)) as { readonly raw: readonly unknown[] };
    return raw.map((result) =>
      Array.isArray(result)
        ? evenOut(result as SqlRow[], undefined)
        : evenOut(undefined, (result as { affectedRows?: number }).affectedRows),
    );
  }
}

function evenOut(rows: SqlRow[] | undefined, affected: number | null | undefined): SqlResult {
  return { rows: rows ?? [], affected: affected ?? 0 };
}

function toPostgres(value: SqlValue): unknown {
  return (Array.isArray(value) ? arrayLiteral(value as readonly SqlValue[]) : undefined) ?? toBindable(value);
}

function toBindable(value: SqlValue): unknown {
  if (Array.isArray(value)) return (value as readonly SqlValue[]).map(toBindable);
  if (value instanceof Uint8Array && !Buffer.isBuffer(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return value;
}
