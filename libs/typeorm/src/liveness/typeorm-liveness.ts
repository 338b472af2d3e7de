import type { Liveness, LivenessKind, Logger, WorkerCard, WorkerRow } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { ProcessProbe } from './process-probe.js';
import { SessionHold, type SessionBackend } from './session-hold.js';
import { WorkerList } from './worker-list.js';

/** On a server a process is alive while its session lives; on SQLite, whose processes share a machine, the operating system tells. */
export class TypeOrmLiveness implements Liveness {
  readonly #list: WorkerList;
  #card: WorkerCard | undefined;
  #hold: SessionHold | undefined;
  #kind: LivenessKind = 'none';

  constructor(
    private readonly backend: Backend,
    probe: ProcessProbe,
    private readonly logger: Logger,
  ) {
    this.#list = new WorkerList(backend, probe.own);
  }

  get kind(): LivenessKind {
    return this.#kind === 'session' && this.#hold?.held !== true ? 'none' : this.#kind;
  }

  get epoch(): number {
    return this.#hold?.epoch ?? 1;
  }

  async join(card: WorkerCard, provable: boolean): Promise<void> {
    this.#card = card;
    if (provable) this.#kind = await this.#prove(card);
    await this.#list.put(card, this.#kind, this.#hold?.server);
  }

  async beat(): Promise<void> {
    if (this.#card === undefined) return;
    if (this.#hold !== undefined && !(await this.#hold.check())) await this.#giveUp();
    await this.#list.put(this.#card, this.#kind, this.#hold?.server);
  }

  async leave(): Promise<void> {
    const card = this.#card;
    this.#card = undefined;
    // First the row: a listed worker without a session would be taken for a dead one.
    if (card !== undefined) await this.#list.remove(card.workerId).catch(() => undefined);
    await this.#hold?.close();
    this.#hold = undefined;
    this.#kind = 'none';
  }

  list(): Promise<readonly WorkerRow[]> {
    return this.#list.list();
  }

  forget(silentMs: number): Promise<number> {
    return this.#list.forget(silentMs);
  }

  async #prove(card: WorkerCard): Promise<LivenessKind> {
    const { backend } = this;
    if (!hasSessions(backend)) return 'process';
    this.#hold = new SessionHold(card.workerId, backend, this.logger, () =>
      this.#card === undefined ? Promise.resolve() : this.#list.put(this.#card, this.#kind, this.#hold?.server),
    );
    try {
      if (await this.#hold.take()) return 'session';
      await this.#giveUp();
    } catch (error) {
      await this.#hold.close();
      this.#hold = undefined;
      this.logger.warn('No session lock could be taken: dead workers are noticed when their leases end.', {
        error: String(error),
      });
    }
    return 'none';
  }

  async #giveUp(): Promise<void> {
    await this.#hold?.close();
    this.#hold = undefined;
    this.#kind = 'none';
    this.logger.info(
      'Sessions of the database do not last here, as behind a pooler in transaction mode: dead workers are noticed when their leases end.',
    );
  }
}

function hasSessions(backend: Backend): backend is Backend & SessionBackend {
  return backend.openDedicated !== undefined;
}
