import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@romancy/core';
import type { Backend, DedicatedSession } from '../connection/backend.js';
import { runOne } from '../sql/program.js';
import { lockHolder, takeLock } from './session-lock.js';

/** A session that comes back within seconds must not be missed: at first the line is tried often. */
const EAGER_MS = 5_000;
const FIRST_DELAY = 25;
const EAGER_DELAY = 75;
const LONGEST_DELAY = 5_000;
const SIGN_OF_LIFE_MS = 1_000;
/** A pooler that hands server connections round shows itself in a few looks. */
const PROOFS = 3;

/** What is needed of the storage; only a server has it. */
export type SessionBackend = Pick<Backend, 'dialect' | 'write'> & Required<Pick<Backend, 'openDedicated'>>;

/** Holds the lock by which others see that this process lives, on a connection of its own, and takes it again whenever that is lost. */
export class SessionHold {
  #session: DedicatedSession | undefined;
  #sessionId = 0;
  #server: string | undefined;
  #epoch = 0;
  #closed = false;

  constructor(
    private readonly workerId: string,
    private readonly backend: SessionBackend,
    private readonly logger: Logger,
    /** Called about once a second for as long as there is no session, and once when there is one again. */
    private readonly signOfLife: () => Promise<void>,
  ) {}

  get held(): boolean {
    return this.#session !== undefined;
  }

  /** Where the session is; a balancer may give other connections other servers. Undefined where there is but one. */
  get server(): string | undefined {
    return this.#server;
  }

  /** Sessions made so far. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Takes the lock and proves that others see it. False where they do not: a pooler lends the connection to others between two statements. */
  async take(): Promise<boolean> {
    if (!(await this.#make())) return false;
    for (let proof = 0; proof < PROOFS; proof += 1) if (!(await this.#isSeen())) return false;
    return true;
  }

  /** Looks whether the session is still the one that holds the lock. False if a pooler has exchanged it. */
  async check(): Promise<boolean> {
    const session = this.#session;
    if (session === undefined) return true;
    try {
      const [row] = (await session.run(lockHolder(this.backend.dialect, this.workerId))).rows;
      return Number(row?.['session']) === this.#sessionId && Number(row?.['holder']) === this.#sessionId;
    } catch {
      await session.close();
      return true;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  async #make(): Promise<boolean> {
    const session = await this.backend.openDedicated();
    try {
      const [row] = (await session.run(takeLock(this.backend.dialect, this.workerId))).rows;
      if (Number(row?.['taken']) !== 1 || this.#closed) {
        await session.close();
        return false;
      }
      this.#sessionId = Number(row?.['session']);
      this.#server = row?.['server'] as string | undefined;
    } catch (error) {
      await session.close();
      throw error;
    }
    this.#session = session;
    this.#epoch += 1;
    void session.lost.then(() => this.#lost(session));
    return true;
  }

  /** In a transaction, which keeps a pooler from lending one connection to both. */
  async #isSeen(): Promise<boolean> {
    const look = runOne(lockHolder(this.backend.dialect, this.workerId));
    const [row] = (await this.backend.write('proving the session', 'transaction', look)).rows;
    if (Number(row?.['holder']) !== this.#sessionId || Number(row?.['session']) === this.#sessionId) return false;
    return this.check();
  }

  async #lost(session: DedicatedSession): Promise<void> {
    if (this.#session !== session) return;
    this.#session = undefined;
    await session.close();
    if (this.#closed) return;
    this.logger.warn('The session that shows that this worker lives was lost; it is made anew.', {
      workerId: this.workerId,
    });
    await this.#remake(Date.now());
  }

  async #remake(since: number): Promise<void> {
    let delay = FIRST_DELAY;
    let shownAt = 0;
    while (!this.#closed) {
      try {
        // Until the server has noticed that the old session is gone, that one still has the lock, and shows that we live.
        if (await this.#make()) {
          await this.signOfLife().catch(() => undefined);
          return;
        }
      } catch {
        // Tried again below.
      }
      if (Date.now() - shownAt >= SIGN_OF_LIFE_MS) {
        shownAt = Date.now();
        void this.signOfLife().catch(() => undefined);
      }
      await sleep(delay, undefined, { ref: false });
      delay = Math.min(delay * 2, Date.now() - since < EAGER_MS ? EAGER_DELAY : LONGEST_DELAY);
    }
  }
}
