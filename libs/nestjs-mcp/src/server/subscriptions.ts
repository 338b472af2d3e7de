import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { toMilliseconds } from '@romancy/core';
import { Catalogue } from '../catalogue/catalogue.js';
import type { RomancyMcpOptions } from '../interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from '../mcp.tokens.js';
import type { Server } from '../sdk.js';

interface Watched {
  readonly servers: Set<Server>;
  /** What the resource looked like last; undefined for one that cannot be looked at. */
  version: string | undefined;
}

/** Who wants to hear of changes of which resource. Looks at the resources that change by themselves while somebody listens. */
@Injectable()
export class Subscriptions implements BeforeApplicationShutdown {
  readonly #watched = new Map<string, Watched>();
  readonly #logger = new Logger('RomancyMcp');
  readonly #interval: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ROMANCY_MCP_OPTIONS) { progressInterval = '1s' }: RomancyMcpOptions,
    private readonly catalogue: Catalogue,
  ) {
    this.#interval = toMilliseconds(progressInterval);
  }

  /** Resolves when every later change will be noticed. */
  async add(server: Server, uri: string): Promise<void> {
    const known = this.#watched.get(uri);
    const watched = known ?? { servers: new Set(), version: undefined };
    watched.servers.add(server);
    this.#watched.set(uri, watched);
    if (!known) await this.#lookAt(uri, watched);
    this.#timer ??= this.#next();
  }

  remove(server: Server, uri: string): void {
    const watched = this.#watched.get(uri);
    watched?.servers.delete(server);
    if (watched?.servers.size === 0) this.#watched.delete(uri);
  }

  /** Forgets a server whose client has gone. */
  removeAll(server: Server): void {
    for (const uri of [...this.#watched.keys()]) this.remove(server, uri);
  }

  /** Tells everybody who listens that a resource has changed. */
  async announce(uri: string): Promise<void> {
    const servers = [...(this.#watched.get(uri)?.servers ?? [])];
    await Promise.allSettled(servers.map((server) => server.sendResourceUpdated({ uri })));
  }

  beforeApplicationShutdown(): void {
    clearTimeout(this.#timer);
    this.#watched.clear();
  }

  /** One look after the other, never two at once. */
  #next(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      void this.#look().finally(() => {
        this.#timer = this.#watched.size > 0 ? this.#next() : undefined;
      });
    }, this.#interval);
    return timer.unref();
  }

  async #look(): Promise<void> {
    for (const [uri, watched] of [...this.#watched]) {
      const before = watched.version;
      await this.#lookAt(uri, watched);
      if (watched.version !== before) await this.announce(uri);
    }
  }

  async #lookAt(uri: string, watched: Watched): Promise<void> {
    try {
      const found = this.catalogue.find(uri);
      watched.version = await found?.resource.version?.(found.variables);
    } catch (error) {
      this.#logger.warn(`${uri} could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
