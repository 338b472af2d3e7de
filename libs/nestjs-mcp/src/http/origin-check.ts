import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { RomancyMcpOptions } from '../interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from '../mcp.tokens.js';

const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Refuses what a foreign page could make a browser send. A name that its owner has pointed at this machine arrives as `Host` (DNS rebinding),
 * the page that sends the request as `Origin`.
 */
@Injectable()
export class OriginCheck {
  readonly #origins: RomancyMcpOptions['allowedOrigins'];
  readonly #hosts: RomancyMcpOptions['allowedHosts'];

  constructor(@Inject(ROMANCY_MCP_OPTIONS) { allowedOrigins = [], allowedHosts }: RomancyMcpOptions) {
    this.#origins = allowedOrigins;
    this.#hosts = allowedHosts;
  }

  /** Why a request is refused; undefined when it is let in. */
  problemOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string | undefined {
    const { host = '', origin } = headers;
    if (!this.#isKnownHost(host, socket.localAddress)) {
      return `The Host header ${JSON.stringify(host)} is not one of this server. Name it in the option allowedHosts.`;
    }
    if (!this.#isKnownOrigin(origin, host)) {
      return `The Origin header ${JSON.stringify(origin)} is not one that is let in. Name it in the option allowedOrigins.`;
    }
    return undefined;
  }

  #isKnownHost(host: string, localAddress: string | undefined): boolean {
    const name = nameOf(`http://${host}`);
    if (name === undefined) return false;
    if (this.#hosts === '*') return true;
    if (this.#hosts) return this.#hosts.some((allowed) => allowed === host || allowed === name);
    return !isLoopback(localAddress) || LOCAL_NAMES.has(name);
  }

  #isKnownOrigin(origin: string | undefined, host: string): boolean {
    if (origin === undefined || this.#origins === '*' || this.#origins?.includes(origin)) return true;
    const name = nameOf(origin);
    // The host is known by now. A page of this machine may use the server of this machine, whatever its port.
    return (
      name !== undefined &&
      (new URL(origin).host === host || (LOCAL_NAMES.has(name) && LOCAL_NAMES.has(nameOf(`http://${host}`) ?? '')))
    );
  }
}

function nameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function isLoopback(address: string | undefined): boolean {
  return address === undefined || address === '::1' || /^(::ffff:)?127\./.test(address);
}
