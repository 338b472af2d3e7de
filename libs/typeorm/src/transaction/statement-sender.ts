import type { QueryRunner } from 'typeorm';
import {
  sendTogether,
  takesPipelines,
  type PgStatement,
  type PipelineClient,
  type PipelineOutcome,
} from '../connection/pg-pipeline.js';
import type { Dialect } from '../dialect/dialect.js';

const COMMIT: PgStatement = { text: 'COMMIT' };

type Query = (sql: string, parameters?: unknown[], structured?: boolean) => Promise<unknown>;

/**
 * Sends the statements of one transaction over a query runner. On PostgreSQL its beginning travels with the first statement, and its end with the
 * last one: of four round trips of a usual activity two are left.
 */
export class StatementSender {
  readonly #query: Query;
  readonly #connect: () => Promise<unknown>;
  /** The beginning, while it waits for a statement to travel with. */
  #opening: readonly string[] = [];
  #client: PipelineClient | undefined;

  constructor(
    private readonly runner: QueryRunner,
    private readonly dialect: Dialect,
  ) {
    this.#query = runner.query.bind(runner) as Query;
    this.#connect = runner.connect.bind(runner) as () => Promise<unknown>;
  }

  /** Whether the last statement and the commit can travel together. */
  get pipelines(): boolean {
    return this.#client !== undefined;
  }

  /** Takes a connection; the statements that open the transaction are sent now, or with the first of the others. */
  async open(statements: readonly string[]): Promise<void> {
    const client = await this.#connect();
    this.#opening = statements;
    if (this.dialect.name === 'postgres' && takesPipelines(client)) this.#client = client;
    else await this.#open();
  }

  /** The driver's connection, in the transaction. */
  connect(): Promise<unknown> {
    return this.#opening.length === 0 ? this.#connect() : this.#open().then(() => this.#connect());
  }

  query(sql: string, parameters?: unknown[], structured?: boolean): Promise<unknown> {
    if (this.#opening.length === 0) return this.#query(sql, parameters, structured);
    // Without parameters it may be several statements, for which there is another protocol.
    if (this.#client === undefined || parameters === undefined || parameters.length === 0)
      return this.#open().then(() => this.#query(sql, parameters, structured));
    return this.#first(this.#client, sql, parameters, structured);
  }

  /** Sends a last statement together with the commit. It must fail where there must be no commit. */
  async commitWith(statement: PgStatement): Promise<PipelineOutcome> {
    if (this.#opening.length > 0) await this.#open();
    const client = this.#client;
    if (client === undefined) throw new Error('This connection takes no statements together.');
    return new Promise((resolve) => {
      sendTogether(client, [statement, COMMIT], resolve);
    });
  }

  async #first(client: PipelineClient, sql: string, parameters: unknown[], structured?: boolean): Promise<unknown> {
    const { logger } = this.runner.dataSource;
    const opening = this.#take();
    for (const statement of opening) logger.logQuery(statement, undefined, this.runner);
    const restore = precede(client, opening);
    try {
      return await this.#query(sql, parameters, structured);
    } finally {
      // It was refused before it came to the driver.
      if (restore() === 'unused') this.#opening = opening;
    }
  }

  async #open(): Promise<void> {
    for (const statement of this.#take()) await this.#query(statement);
  }

  #take(): readonly string[] {
    const opening = this.#opening;
    this.#opening = [];
    return opening;
  }
}

/**
 * Lets the next query of a client be sent together with statements before it. TypeORM knows no such thing, and calls the client's `query` itself.
 *
 * @returns ends it, and tells whether there was a query
 */
function precede(client: PipelineClient, texts: readonly string[]): () => 'used' | 'unused' {
  const original = client.query;
  let pending = true;
  // Put back and not deleted: an object that loses a property is slow from then on.
  const restore = (): 'used' | 'unused' => {
    if (!pending) return 'used';
    pending = false;
    client.query = original;
    return 'unused';
  };
  client.query = (text: string, values: readonly unknown[]) => {
    restore();
    return new Promise((resolve, reject) => {
      sendTogether(client, [...texts.map((each) => ({ text: each })), { text, values }], ({ results, failure }) => {
        if (failure === undefined) resolve(results.at(-1));
        else reject(failure.error);
      });
    });
  };
  return restore;
}
