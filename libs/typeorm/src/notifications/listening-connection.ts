/** What is used of a client of the package pg. */
export interface PgClient {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
  on(event: 'notification', listener: (message: Notification) => void): unknown;
  on(event: 'error' | 'end', listener: () => void): unknown;
}

interface Notification {
  readonly channel: string;
  readonly payload?: string | undefined;
}

const CHECK_EVERY_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;

/** One connection that listens, until it is closed or breaks. */
export class ListeningConnection {
  #check: NodeJS.Timeout | undefined;
  #state: 'opening' | 'open' | 'over' = 'opening';

  private constructor(
    private readonly client: PgClient,
    private readonly onBroken: () => void,
  ) {}

  static async open(
    client: PgClient,
    channels: readonly string[],
    onNotification: (message: Notification) => void,
    onBroken: () => void,
  ): Promise<ListeningConnection> {
    const connection = new ListeningConnection(client, onBroken);
    client.on('error', () => connection.#broken());
    client.on('end', () => connection.#broken());
    client.on('notification', onNotification);
    try {
      await client.connect();
      await client.query(channels.map((channel) => `LISTEN ${channel}`).join('; '));
    } catch (error) {
      await connection.close();
      throw error;
    }
    connection.#state = 'open';
    connection.#check = setInterval(() => void connection.#lookAlive(), CHECK_EVERY_MS).unref();
    return connection;
  }

  async close(): Promise<void> {
    this.#state = 'over';
    clearInterval(this.#check);
    await this.client.end().catch(() => undefined);
  }

  /** A line that went dead without a word breaks nothing by itself: somebody has to say something. */
  async #lookAlive(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('No answer.')), ANSWER_WITHIN_MS);
    });
    try {
      await Promise.race([this.client.query('SELECT 1'), silence]);
    } catch {
      this.#broken();
    } finally {
      clearTimeout(timer);
    }
  }

  /** One that does not even open rejects instead. */
  #broken(): void {
    if (this.#state !== 'open') return;
    void this.close();
    this.onBroken();
  }
}
