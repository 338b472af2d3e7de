import type { Logger, Notice, NoticeListener, Notifications } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { run, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import { ListeningConnection, type PgClient } from './listening-connection.js';
import { decodeNotice, encodeNotice, NOTICE_CHANNELS } from './notice-payloads.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 30_000;

/** PostgreSQL's LISTEN and NOTIFY, on the family's channels. */
export class PostgresNotifications implements Notifications {
  #listener: NoticeListener | undefined;
  #connection: ListeningConnection | undefined;
  #connecting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  /** @param createClient a client of its own, not of a pool, whose connections come and go */
  constructor(
    private readonly backend: Backend,
    private readonly createClient: () => PgClient,
    private readonly logger: Logger,
  ) {}

  get listening(): boolean {
    return this.#connection !== undefined;
  }

  /** Resolves after the first attempt; if that failed, more follow. */
  async listen(listener: NoticeListener): Promise<void> {
    this.#listener = listener;
    await this.#connect();
  }

  async send(notices: readonly Notice[]): Promise<void> {
    if (notices.length === 0) return;
    try {
      await this.backend.write('notifying', 'autocommit', sendAll(notices));
    } catch (error) {
      this.logger.debug('A notification could not be sent; others will find out by looking.', { error });
    }
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
    clearTimeout(this.#timer);
    await this.#connecting;
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }

  async #connect(): Promise<void> {
    if (this.#connection !== undefined || this.#listener === undefined) return;
    this.#connecting ??= this.#attempt().finally(() => {
      this.#connecting = undefined;
    });
    await this.#connecting;
  }

  async #attempt(): Promise<void> {
    try {
      const connection = await ListeningConnection.open(
        this.createClient(),
        NOTICE_CHANNELS,
        ({ channel, payload }) => this.#receive(channel, payload),
        () => this.#lost(connection),
      );
      if (this.#listener === undefined) {
        await connection.close();
        return;
      }
      this.#connection = connection;
      this.#failures = 0;
      // From here on nothing is missed; what came before has to be looked for.
      this.#listener.onGap();
    } catch (error) {
      this.logger.warn('Listening for notifications failed; trying again.', { error });
      this.#again();
    }
  }

  #receive(channel: string, payload: string | undefined): void {
    const notice = decodeNotice(channel, payload);
    if (notice === undefined) this.#listener?.onGap();
    else this.#listener?.onNotice(notice);
  }

  #lost(connection: ListeningConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.logger.warn('The connection for notifications was lost; connecting again.');
    this.#again();
  }

  #again(): void {
    if (this.#listener === undefined) return;
    const longest = Math.min(FIRST_DELAY_MS * 2 ** this.#failures++, LONGEST_DELAY_MS);
    // Not all processes at once after the server was away.
    this.#timer = setTimeout(() => void this.#connect(), longest * (0.5 + Math.random() / 2)).unref();
  }
}

function* sendAll(notices: readonly Notice[]): SqlProgram<void> {
  const sent = notices.map(encodeNotice);
  yield* run([
    sql(
      'SELECT count(pg_notify(channel, payload)) AS sent FROM unnest($1::text[], $2::text[]) AS n (channel, payload)',
      [sent.map(({ channel }) => channel), sent.map(({ payload }) => payload)],
    ),
  ]);
}
