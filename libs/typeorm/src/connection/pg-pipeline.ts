import type { SqlRow } from '../sql/statement.js';

/** A statement as PostgreSQL's driver takes it. */
export interface PgStatement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** It is prepared under this name. */
  readonly name?: string;
}

export interface PgResult {
  readonly command: string;
  readonly rows: SqlRow[];
  readonly rowCount: number | null;
}

/** What became of statements that travelled together. */
export interface PipelineOutcome {
  /** Of those before the first failure. After an error of the server none: it has taken them back. */
  readonly results: readonly PgResult[];
  /** The first that failed: the server has skipped all after it. */
  readonly failure?: { readonly place: number; readonly error: Error };
}

/** The driver's own connection: the protocol's messages. */
interface PgConnection {
  readonly stream: { cork(): void; uncork(): void };
  readonly submittedNamedStatements: Record<string, string>;
  parse(message: unknown): void;
  sync(): void;
}

/** The driver's own query, and what it offers others to be one. */
interface PgQuery {
  readonly text?: string;
  readonly values?: readonly unknown[];
  readonly _result: { _types?: unknown };
  name?: string | undefined;
  queryMode?: string;
  callback: (error: Error | null, result?: PgResult) => void;
  submit(connection: PgConnection): Error | null;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: PgConnection): void;
  handleEmptyQuery(connection: PgConnection): void;
  handleCopyInResponse(connection: PgConnection): void;
  handleCopyData(message: unknown, connection: PgConnection): void;
  handleError(error: Error, connection: PgConnection): void;
  handleReadyForQuery(connection: PgConnection): void;
}

type PgQueryClass = new (text: string, values: readonly unknown[] | undefined) => PgQuery;

/** A client of the package pg that takes statements together. */
export interface PipelineClient {
  readonly connection: PgConnection;
  /** Parsers of types that are this client's own. */
  readonly _types?: unknown;
  query: (query: never, values: never) => unknown;
}

/** Whether it is a client whose protocol we can speak. Not the native one, nor one that sends ahead by itself. */
export function takesPipelines(client: unknown): client is PipelineClient {
  if (typeof client !== 'object' || client === null) return false;
  const { connection, pipeline, binary } = client as Record<string, unknown>;
  const { stream, parse, sync, submittedNamedStatements } = (connection ?? {}) as Record<string, unknown>;
  const { cork } = (stream ?? {}) as Record<string, unknown>;
  const speaks = [queryClassOf(client), parse, sync, cork].every((each) => typeof each === 'function');
  return speaks && typeof submittedNamedStatements === 'object' && pipeline !== true && binary !== true;
}

function queryClassOf(client: object): PgQueryClass {
  return (client.constructor as unknown as { readonly Query: PgQueryClass }).Query;
}

/** The same as the client's own `query`, which copies what it is given, one property descriptor after another. */
export function sendAlone(client: PipelineClient, { text, values, name }: PgStatement): Promise<PgResult> {
  const query = new (queryClassOf(client))(text, values);
  query.name = name;
  return new Promise((resolve, reject) => {
    query.callback = (error, result) => {
      if (result === undefined) reject(error ?? new Error('The driver answered nothing.'));
      else resolve(result);
    };
    submit(client, query);
  });
}

/** Sends statements in one round trip. Each sees what those before it did; the first error ends it. */
export function sendTogether(
  client: PipelineClient,
  statements: readonly PgStatement[],
  done: (outcome: PipelineOutcome) => void,
): void {
  const queryClass = queryClassOf(client);
  const queries = statements.map(({ text, values, name }) => {
    const query = new queryClass(text, values);
    query.name = name;
    // The simple protocol would be answered by itself.
    query.queryMode = 'extended';
    // As the client does for what it is given itself.
    query._result._types ??= client._types;
    return query;
  });
  submit(client, new Pipeline(queries, done));
}

function submit(client: PipelineClient, query: object): void {
  (client.query as (query: object) => unknown).call(client, query);
}

const unsynced = new WeakMap<PgConnection, PgConnection>();

/** The same connection, except that the queries' own syncs are left out: an error must skip what follows it. */
function withoutSync(connection: PgConnection): PgConnection {
  let silent = unsynced.get(connection);
  if (silent === undefined) {
    silent = Object.create(connection, { sync: { value: () => undefined } }) as PgConnection;
    unsynced.set(connection, silent);
  }
  return silent;
}

/**
 * Several queries that the client takes for one. The driver asks the present one's `name` and `text` when it has been parsed; before it is submitted, whoever
 * watches the client sees the one that has values, and not the beginning or the end of a transaction.
 */
class Pipeline {
  /** The driver puts its own around it where statements have a time limit. */
  callback: (error: Error | null) => void;
  readonly #results: PgResult[] = [];
  #place = 0;
  #submitted = false;
  #failure: Error | undefined;

  constructor(
    private readonly queries: readonly PgQuery[],
    done: (outcome: PipelineOutcome) => void,
  ) {
    for (const query of queries) {
      query.callback = (error, result) => {
        if (result !== undefined) this.#results.push(result);
        else this.#failure ??= error ?? undefined;
      };
    }
    this.callback = (error) => {
      const results = this.#results;
      done(error === null ? { results } : { results, failure: { place: this.#place, error } });
    };
  }

  get name(): string | undefined {
    return this.#current?.name;
  }

  get text(): string | undefined {
    const shown = this.#submitted ? this.#current : this.queries.find(({ values = [] }) => values.length > 0);
    return shown?.text;
  }

  submit(connection: PgConnection): null {
    this.#submitted = true;
    const silent = withoutSync(connection);
    connection.stream.cork();
    try {
      for (const query of this.queries) {
        const refusal = query.submit(silent);
        if (refusal !== null) this.#failure = refusal;
        // A value that cannot be sent: nothing may follow it, and what was begun is still answered.
        if (this.#failure !== undefined) break;
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
    return null;
  }

  handleRowDescription(message: unknown): void {
    this.#current?.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.#current?.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: PgConnection): void {
    this.#current?.handleCommandComplete(message, connection);
    this.#place += 1;
  }

  handleEmptyQuery(connection: PgConnection): void {
    this.#current?.handleEmptyQuery(connection);
    this.#place += 1;
  }

  handleCopyInResponse(connection: PgConnection): void {
    this.#current?.handleCopyInResponse(connection);
  }

  handleCopyData(message: unknown, connection: PgConnection): void {
    this.#current?.handleCopyData(message, connection);
  }

  handleError(error: Error, { submittedNamedStatements }: PgConnection): void {
    // Those after it were not even parsed.
    for (const { name } of this.queries.slice(this.#place)) {
      if (name !== undefined) Reflect.deleteProperty(submittedNamedStatements, name);
    }
    this.callback(error);
  }

  handleReadyForQuery(connection: PgConnection): void {
    for (const query of this.queries.slice(0, this.#place)) query.handleReadyForQuery(connection);
    this.callback(this.#failure ?? null);
  }

  get #current(): PgQuery | undefined {
    return this.queries[this.#place];
  }
}
