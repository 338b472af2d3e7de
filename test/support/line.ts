import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A line to a database server that can be cut. */
export class Line {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #down = false;

  private constructor(private readonly target: URL) {
    this.#server = createServer((client) => {
      const upstream = this.#down ? undefined : connect(Number(this.target.port), this.target.hostname);
      if (upstream === undefined) {
        client.destroy();
        return;
      }
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
      }
      client.pipe(upstream).pipe(client);
    });
  }

  static async to(database: string): Promise<Line> {
    const line = new Line(new URL(database));
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  /** The database's URL over this line. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** Breaks every connection, and takes none until it is mended. */
  cut(): void {
    this.#down = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#down = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
