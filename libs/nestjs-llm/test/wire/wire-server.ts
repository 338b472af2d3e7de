import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import type { Asked, Dialect, Said } from './dialect.js';

/** How the server treats one request. */
export type Reply =
  | { readonly say: Said }
  | { readonly refuse: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: object }
  /** Answers 200 with half of a body that never ends. */
  | { readonly garble: true }
  /** Never answers. */
  | { readonly silence: true }
  /** Cuts the connection: before the answer, or in the middle of it; or ends a stream as if that was all. */
  | { readonly cut: 'before' | 'amid' | 'early'; readonly say?: Said };

export interface SeenRequest extends Asked {
  readonly at: number;
  /** The client went away before it had the answer. */
  isAbandoned: boolean;
}

/** A provider on this machine. Replies are given in order, the last one again and again; or as a function says. */
export class WireServer {
  readonly requests: SeenRequest[] = [];
  /** What went wrong while reading a request, which the client only sees as a failure. */
  readonly problems: unknown[] = [];
  replies: readonly Reply[] | ((asked: Asked) => Reply) = [];
  readonly #server: Server;

  private constructor(private readonly dialect: Dialect) {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        this.problems.push(error);
        response.destroy();
      });
    });
  }

  static async start(dialect: Dialect): Promise<WireServer> {
    const server = new WireServer(dialect);
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as Record<string, unknown>;
    const headers = request.headers as Record<string, string | undefined>;
    const asked = this.dialect.read({ path: request.url ?? '', headers, body });
    const seen: SeenRequest = { ...asked, at: Date.now(), isAbandoned: false };
    const { replies } = this;
    const place = this.requests.push(seen) - 1;
    const reply = typeof replies === 'function' ? replies(asked) : replies[Math.min(place, replies.length - 1)];
    response.on('close', () => (seen.isAbandoned = !response.writableFinished));
    if (reply) this.#reply(reply, asked, response);
  }

  #reply(reply: Reply, asked: Asked, response: ServerResponse): void {
    if ('silence' in reply) return;
    if ('cut' in reply) {
      this.#cut(reply, asked, response);
    } else if ('garble' in reply) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "1", "content": [{"te');
    } else if ('refuse' in reply) {
      const answer = reply.body ?? this.dialect.error(reply.refuse).body;
      response
        .writeHead(reply.refuse, { 'content-type': 'application/json', ...reply.headers })
        .end(JSON.stringify(answer));
    } else {
      for (const piece of this.#pieces(reply.say, asked, response)) response.write(piece);
      response.end();
    }
  }

  #cut(reply: Extract<Reply, { cut: unknown }>, asked: Asked, response: ServerResponse): void {
    if (reply.cut === 'before') {
      response.destroy();
      return;
    }
    const whole = this.#pieces(reply.say ?? {}, asked, response);
    const half = asked.stream ? whole.slice(0, Math.ceil(whole.length / 2)) : [whole[0]?.slice(0, 20)];
    if (reply.cut === 'early') response.end(half.join(''));
    else response.write(half.join(''), () => setImmediate(() => response.destroy()));
  }

  #pieces(said: Said, asked: Asked, response: ServerResponse): readonly string[] {
    response.writeHead(200, { 'content-type': asked.stream ? 'text/event-stream' : 'application/json' });
    const model = this.dialect.answeringModel;
    return asked.stream ? this.dialect.stream(said, model) : [JSON.stringify(this.dialect.answer(said, model))];
  }
}
