import type { HolderVerdicts } from '../ports/lease.js';
import type { WorkerSight } from '../ports/liveness.js';

export interface JudgeOptions {
  /** How long a session must have been seen to be gone. */
  readonly absenceMs: number;
  /** How long nothing is concluded after this process's own session was made anew. */
  readonly quietMs: number;
  /** See {@link HolderVerdicts.graceMs}. */
  readonly graceMs: number;
}

interface Absence {
  readonly since: number;
  readonly seenAt: number;
}

/**
 * Concludes from looks at the other workers which of them are gone (E19a). A session that is missing proves nothing by itself: it may have been
 * cut and be on its way back. So it has to be missing in two looks that lie apart, with no other sign of life in between.
 */
export class WorkerJudge {
  readonly #absent = new Map<string, Absence>();
  #listed: ReadonlySet<string> = new Set();
  #alive: readonly string[] = [];
  #gone: readonly string[] = [];
  #epoch = 0;
  #quietUntil = -Infinity;
  #dueAt = Infinity;

  constructor(private readonly options: JudgeOptions) {}

  /** When a look would tell more than the present one; Infinity if nobody is missing. */
  get dueAt(): number {
    return this.#dueAt;
  }

  get verdicts(): HolderVerdicts {
    return { alive: this.#alive, gone: this.#gone, graceMs: this.options.graceMs };
  }

  /**
   * @param epoch of this process's own session; undefined while it has none that could be relied on
   * @returns whether somebody is newly found to be gone, or has left
   */
  note(sights: readonly WorkerSight[], now: number, epoch: number | undefined): boolean {
    const before = this.#listed;
    this.#listed = new Set(sights.map(({ workerId }) => workerId));
    const haveLeft = [...before].some((workerId) => !this.#listed.has(workerId));
    return this.#findGone(sights, now, epoch) || haveLeft;
  }

  #findGone(sights: readonly WorkerSight[], now: number, epoch: number | undefined): boolean {
    if (epoch === undefined) return this.#forget();
    if (epoch !== this.#epoch) {
      // Whatever cut our session may have cut those of the others: they get time to come back.
      if (this.#epoch !== 0) this.#quietUntil = now + this.options.quietMs;
      this.#epoch = epoch;
      this.#absent.clear();
    }
    this.#alive = sights.filter(({ state }) => state === 'alive').map(({ workerId }) => workerId);
    const before = new Set(this.#gone);
    this.#gone = this.#judge(sights, now);
    return this.#gone.some((workerId) => !before.has(workerId));
  }

  #forget(): boolean {
    this.#absent.clear();
    this.#alive = [];
    this.#gone = [];
    this.#dueAt = Infinity;
    return false;
  }

  #judge(sights: readonly WorkerSight[], now: number): readonly string[] {
    const { absenceMs } = this.options;
    const gone: string[] = [];
    this.#dueAt = Infinity;
    const missing = sights.filter(({ state }) => state === 'absent');
    for (const { workerId, seenAt } of missing) {
      const known = this.#absent.get(workerId);
      const absence = known?.seenAt === seenAt ? known : { since: now, seenAt };
      this.#absent.set(workerId, absence);
      const due = Math.max(absence.since + absenceMs, this.#quietUntil);
      if (now > due) gone.push(workerId);
      else this.#dueAt = Math.min(this.#dueAt, due + 1);
    }
    const ids = new Set(missing.map(({ workerId }) => workerId));
    for (const workerId of this.#absent.keys()) if (!ids.has(workerId)) this.#absent.delete(workerId);
    gone.push(...sights.filter(({ state }) => state === 'dead').map(({ workerId }) => workerId));
    return gone;
  }
}
