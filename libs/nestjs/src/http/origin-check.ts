import type { IncomingMessage } from 'node:http';

/** Who may use a route by a browser. */
export interface OriginRules {
  /**
   * Values of the `Origin` header that are let in, beside pages of this server itself. Default none. Requests without the header do not come from a
   * foreign page and are let in. `'*'`: every origin.
   */
  readonly allowedOrigins?: readonly string[] | '*' | undefined;
  /**
   * Values of the `Host` header that are let in (`'shop.example'`, any port). Default: every one over a network interface, and on the loopback
   * interface only names of this machine. `'*'`: every host.
   */
  readonly allowedHosts?: readonly string[] | '*' | undefined;
  /** Lets pages of this machine use the server of this machine, whatever their port. Default false. */
  readonly allowLocalPages?: boolean | undefined;
}

const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Refuses what a foreign page could make a browser send. A name that its owner has pointed at this machine arrives as `Host` (DNS rebinding),
 * the page that sends the request as `Origin`.
 *
 * @example
 * ```ts
 * const problem = new OriginCheck({ allowedHosts: ['shop.example'] }).problemOf(request);
 * if (problem !== undefined) response.writeHead(403).end(problem);
 * ```
 */
export class OriginCheck {
  readonly #rules: OriginRules;

  constructor(rules: OriginRules) {
    this.#rules = rules;
  }

  /** Why a request is refused; undefined when it is let in. */
  problemOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string | undefined {
    const { origin } = headers;
    // HTTP/2 has the name of the host in a header of its own.
    const host = headers.host ?? String(headers[':authority'] ?? '');
    if (!this.#isKnownHost(host, socket.localAddress)) {
      return `The Host header ${JSON.stringify(host)} is not one of this server. Name it in the option allowedHosts.`;
    }
    if (!this.#isKnownOrigin(origin, host)) {
      return `The Origin header ${JSON.stringify(origin)} is not one that is let in. Name it in the option allowedOrigins.`;
    }
    return undefined;
  }

  #isKnownHost(host: string, localAddress: string | undefined): boolean {
    const { allowedHosts } = this.#rules;
    const name = nameOf(`http://${host}`);
    if (name === undefined) return false;
    if (allowedHosts === '*') return true;
    if (allowedHosts) return allowedHosts.some((allowed) => allowed === host || allowed === name);
    return !isLoopback(localAddress) || LOCAL_NAMES.has(name);
  }

  #isKnownOrigin(origin: string | undefined, host: string): boolean {
    const { allowedOrigins, allowLocalPages = false } = this.#rules;
    if (origin === undefined || allowedOrigins === '*' || allowedOrigins?.includes(origin)) return true;
    const name = nameOf(origin);
    if (name === undefined) return false;
    const isLocal = LOCAL_NAMES.has(name) && LOCAL_NAMES.has(nameOf(`http://${host}`) ?? '');
    // The host is known by now.
    return new URL(origin).host === host || (allowLocalPages && isLocal);
  }
}

function nameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function isLoopback(address: string | undefined): boolean {
  return address === undefined || address === '::1' || /^(::ffff:)?127\./.test(address);
}
