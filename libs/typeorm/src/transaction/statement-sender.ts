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
  /** The beginning is on its way: streams and whoever takes the connection wait for it. */
  #underWay: Promise<unknown> | undefined;
  /** The call into TypeORM that sends it asks for the connection itself. */
  #calling = false;
  /** Why there is no transaction. Without this, what follows would be committed statement by statement. */
  #failure: Error | undefined;
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
    else await this.#openAlone();
  }

  /** The driver's connection, in the transaction. */
  connect(): Promise<unknown> {
    if (this.#calling) return this.#connect();
    // A stream would run outside of any transaction. Elsewhere the connection is still asked for, to be destroyed.
    if (this.#failure !== undefined && this.#client !== undefined) return Promise.reject(this.#failure);
    const before = this.#opening.length > 0 ? this.#openAlone() : this.#underWay;
    if (before === undefined) return this.#connect();
    const again = (): Promise<unknown> => this.connect();
    return before.then(again, again);
  }

  query(sql: string, parameters?: unknown[], structured?: boolean): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#opening.length === 0) return this.#query(sql, parameters, structured);
    // Without parameters it may be several statements, for which there is another protocol.
    if (this.#client === undefined || parameters === undefined || parameters.length === 0)
      return this.#openAlone().then(() => this.#query(sql, parameters, structured));
    const sent = this.#first(this.#client, () => this.#query(sql, parameters, structured));
    this.#underWay = sent;
    return sent;
  }

  /** Sends a last statement together with the commit. It must fail where there must be no commit. */
  async commitWith(statement: PgStatement): Promise<PipelineOutcome> {
    if (this.#opening.length > 0) await this.#openAlone();
    const client = this.#client;
    if (this.#failure !== undefined || client === undefined) throw this.#failure ?? new Error('No pipeline.');
    return new Promise((resolve) => {
      sendTogether(client, [statement, COMMIT], resolve);
    });
  }

  /** Sends the beginning with the statement that is sent now. */
  async #first(client: PipelineClient, send: () => Promise<unknown>): Promise<unknown> {
    const { logger } = this.runner.dataSource;
    const opening = this.#take();
    for (const statement of opening) logger.logQuery(statement, undefined, this.runner);
    const restore = precede(client, opening, (error) => {
      this.#failure = error;
    });
    try {
      return await this.#called(send);
    } finally {
      this.#underWay = undefined;
      // It was refused before it came to the driver.
      if (restore() === 'unused') this.#opening = opening;
    }
  }

  #openAlone(): Promise<void> {
    const sent = this.#sendAll(this.#take());
    this.#underWay = sent;
    return sent;
  }

  async #sendAll(opening: readonly string[]): Promise<void> {
    try {
      for (const statement of opening) await this.#called(() => this.#query(statement));
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      this.#underWay = undefined;
    }
  }

  /** TypeORM asks for the connection before the call comes back. */
  #called(send: () => Promise<unknown>): Promise<unknown> {
    this.#calling = true;
    try {
      return send();
    } finally {
      this.#calling = false;
    }
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
 * @param failed called where it was those that failed
 * @returns ends it, and tells whether there was a query
 */
function precede(
  client: PipelineClient,
  texts: readonly string[],
  failed: (error: Error) => void,
): () => 'used' | 'unused' {
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
      const statements = [...texts.map((each) => ({ text: each })), { text, values }];
      sendTogether(client, statements, ({ results, failure }) => {
        if (failure === undefined) {
          resolve(results.at(-1));
          return;
        }
        if (failure.place < texts.length) failed(failure.error);
        reject(failure.error);
      });
    });
  };
  return restore;
}
