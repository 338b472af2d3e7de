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

  /** Adds a session that has begun; at the limit, the one that was idle for longest gives way. */
  async add(id: string, session: Session): Promise<void> {
    if (this.#sessions.size >= this.#limit) await this.#idlest()?.server.close();
    this.#sessions.set(id, session);
    this.#sweeper ??= setInterval(() => void this.#sweep(), Math.min(this.#idleTimeout / 2, LONGEST_SWEEP)).unref();
  }

  remove(id: string): void {
    this.#sessions.delete(id);
    if (this.#sessions.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  /** Whether one more session may begin; not when every one is in use. */
  get hasRoom(): boolean {
    return this.#sessions.size < this.#limit || this.#idlest() !== undefined;
  }

  /** Streams are open as long as their clients like, and the application would wait for them. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.#sessions.values()].map(({ server }) => server.close()));
  }

  #idlest(): Session | undefined {
    const [idlest] = [...this.#sessions.values()].sort((a, b) => b.idleFor - a.idleFor);
    return idlest && idlest.idleFor > 0 ? idlest : undefined;
  }

  async #sweep(): Promise<void> {
    const idle = [...this.#sessions.values()].filter(({ idleFor }) => idleFor >= this.#idleTimeout);
    await Promise.allSettled(idle.map(({ server }) => server.close()));
  }
}
