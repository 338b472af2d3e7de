import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { toMilliseconds } from '@romancy/core';
import type { RomancyMcpOptions } from '../interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from '../mcp.tokens.js';
import type { Session } from './session.js';

const LONGEST_SWEEP = 60_000;

/** The sessions of this process. Ends those whose clients have gone without a word. */
@Injectable()
export class SessionStore implements BeforeApplicationShutdown {
  readonly #sessions = new Map<string, Session>();
  readonly #idleTimeout: number;
  readonly #limit: number;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ROMANCY_MCP_OPTIONS) { sessions: { idleTimeout = '30m', limit = 1_000 } = {} }: RomancyMcpOptions,
  ) {
    this.#idleTimeout = toMilliseconds(idleTimeout);
    this.#limit = limit;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  add(id: string, session: Session): void {
    this.#sessions.set(id, session);
    this.#sweeper ??= setInterval(() => void this.#sweep(), Math.min(this.#idleTimeout / 2, LONGEST_SWEEP)).unref();
  }

  remove(id: string): void {
    this.#sessions.delete(id);
    if (this.#sessions.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  /** Makes room for one more session; false when every one is in use. */
  async hasRoom(): Promise<boolean> {
    if (this.#sessions.size < this.#limit) return true;
    const [idlest] = [...this.#sessions.values()].sort((a, b) => b.idleFor - a.idleFor);
    if (!idlest || idlest.idleFor === 0) return false;
    await idlest.server.close();
    return true;
  }

  /** Streams are open as long as their clients like, and the application would wait for them. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.#sessions.values()].map(({ server }) => server.close()));
  }

  async #sweep(): Promise<void> {
    const idle = [...this.#sessions.values()].filter(({ idleFor }) => idleFor >= this.#idleTimeout);
    await Promise.allSettled(idle.map(({ server }) => server.close()));
  }
}
