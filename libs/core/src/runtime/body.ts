import type { ActivityOptions } from '../definition/activity-definition.js';
import { toMilliseconds } from '../definition/duration.js';
import { decideRetry, isFinal, resolveRetry, type ResolvedRetryPolicy } from '../definition/retry-policy.js';
import { ActivityTimeoutError } from '../errors/activity-timeout-error.js';
import { RetryExhaustedError } from '../errors/retry-exhausted-error.js';
import type { AttemptRow } from '../ports/commit.js';
import type { Settlement } from '../replay/event.js';
import { runInScope } from '../scope/scope.js';
import { Attempt } from './attempt.js';
import type { EngineServices } from './services.js';
import { AttemptLog } from './attempt-log.js';
import type { BodySpec } from './body-spec.js';
import type { HeldLease } from './held-lease.js';
import { pause } from './pause.js';
import { Repeats, type PassingCause } from './repeats.js';
import { StepHooks } from './step-hooks.js';

/** An attempt that came to nothing. For a passing cause it is made again, and does not count. */
export type AttemptFailure = Extract<Settlement, { ok: false }> & { readonly passing?: PassingCause | undefined };

/**
 * What became of a success. A failure: the transaction could not be committed for a passing cause, or the database refused the user's own
 * writes at the commit, so the attempt has failed after all.
 */
export type Recording = 'recorded' | 'refused' | AttemptFailure;

/** Where a body reports. Every answer is given after the closing section has dealt with it. */
export interface BodyHost {
  readonly lease: HeldLease;
  /** The lease had run out, and somebody else has the instance. */
  lost(): void;
  succeeded(body: Body, attempt: Attempt, value: unknown): Promise<Recording>;
  failed(body: Body, attempt: Attempt, error: unknown): Promise<'recorded' | 'refused'>;
  /** `parked`: the next attempt is another turn's. */
  retrying(body: Body, row: AttemptRow, delayMs: number): Promise<'wait' | 'parked' | 'refused'>;
}

/** Runs the attempts of one step until it is recorded, parked or given up. */
export class Body {
  readonly done: Promise<void>;
  readonly log: AttemptLog;
  readonly hooks: StepHooks;
  /** The signal was fired and the body failed then: nobody knows whether it took effect. */
  failedAfterAbort = false;
  #current: Attempt | undefined;
  #aborted: unknown;
  #abandoned = false;
  #wakeUp: (() => void) | undefined;
  #holdsSlot = false;
  readonly #policy: ResolvedRetryPolicy;
  readonly #repeats = new Repeats();

  constructor(
    readonly spec: BodySpec,
    private readonly services: EngineServices,
    private readonly host: BodyHost,
  ) {
    this.#policy = resolveRetry(spec.options.retry, services.settings.defaultRetry);
    this.log = new AttemptLog(spec.earlier, services.clock.now());
    this.hooks = new StepHooks(spec, services, this.log, this.#policy.maxAttempts);
    this.done = this.#run();
  }

  /** An attempt is under way whose transaction has been opened. */
  get holdsTransaction(): boolean {
    return this.#current?.transaction?.used === true;
  }

  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** Fires the signal and ends a wait between attempts; no further attempt is begun. */
  abort(reason: unknown): void {
    this.#aborted = reason;
    this.#current?.abort(reason);
    this.#wakeUp?.();
  }

  /** Its result is no longer wanted: an open transaction rolls back now, a late result is dropped. */
  async abandon(reason: unknown): Promise<void> {
    this.#abandoned = true;
    this.abort(reason);
    await this.#current?.transaction?.rollback();
  }

  async #run(): Promise<void> {
    const { pool, clock } = this.services;
    if (!pool.tryAcquire()) await pool.acquire();
    this.#holdsSlot = true;
    try {
      while (this.#wanted()) {
        if (this.host.lease.inDoubt && !(await this.#renewed())) return;
        const attempt = this.#open();
        let outcome: Settlement;
        try {
          outcome = { ok: true, value: await this.#invoke(attempt) };
        } catch (error) {
          outcome = { ok: false, error };
        }
        attempt.end(clock.now());
        const result = outcome.ok
          ? await this.host.succeeded(this, attempt, outcome.value)
          : this.#classified(attempt, outcome.error);
        if (typeof result === 'string') return;
        await attempt.transaction?.rollback();
        this.#current = undefined;
        const repeatIn = result.passing && this.#repeats.next(result.passing);
        if (repeatIn !== undefined) {
          this.log.repeat();
          if (repeatIn > 0) await this.#withoutSlot(pause(repeatIn));
          continue;
        }
        if (!this.#wanted()) {
          this.failedAfterAbort = true;
          return;
        }
        const decision = this.#decide(result.error);
        this.log.failed(result.error, clock.now());
        if (decision === undefined) {
          await this.host.failed(this, attempt, this.#final(result.error));
          return;
        }
        if ((await this.#plan(attempt, result.error, decision)) !== 'wait') return;
        await this.#withoutSlot(this.#wait(decision));
      }
    } finally {
      this.#current = undefined;
      this.#releaseSlot();
    }
  }

  async #withoutSlot(wait: Promise<void>): Promise<void> {
    const { pool } = this.services;
    this.#releaseSlot();
    await wait;
    if (!pool.tryAcquire()) await pool.acquire();
    this.#holdsSlot = true;
  }

  #releaseSlot(): void {
    if (this.#holdsSlot) this.services.pool.release();
    this.#holdsSlot = false;
  }

  /** Whoever has taken the instance over must not meet an attempt that began afterwards (E17). Answers whether an attempt may begin. */
  async #renewed(): Promise<boolean> {
    if (await this.host.lease.renew()) return this.#wanted();
    this.host.lost();
    return false;
  }

  async #plan(attempt: Attempt, error: unknown, delayMs: number): Promise<'wait' | 'parked' | 'refused'> {
    const row = this.log.row(this.spec.stepId, this.services.clock.now() + delayMs);
    const answer = await this.host.retrying(this, row, delayMs);
    if (answer !== 'refused') this.hooks.retrying(attempt, error, delayMs);
    return answer;
  }

  /** Neither aborted nor abandoned: further attempts make sense. */
  #wanted(): boolean {
    return !this.#abandoned && this.#aborted === undefined;
  }

  /** What the body calls final stays so, and a body that was aborted has lost against no transaction but its own time. */
  #classified(attempt: Attempt, error: unknown): AttemptFailure {
    const lost = attempt.transaction?.conflictedBy?.(error) === true;
    return {
      ok: false,
      error,
      passing: lost && !attempt.aborted && !isFinal(this.#policy, error) ? 'conflict' : undefined,
    };
  }

  #open(): Attempt {
    const { spec, services } = this;
    const attempt = new Attempt(
      {
        instanceId: spec.instanceId,
        workflowName: spec.workflowName,
        stepId: spec.stepId,
        activityName: spec.name,
        attempt: this.log.begin(services.clock.now()),
        startedAt: services.clock.now(),
        transaction: spec.transactional
          ? services.storage.transactions.create(`${spec.name} (${spec.instanceId}/${spec.stepId})`)
          : undefined,
      },
      services.logger,
    );
    this.#current = attempt;
    if (this.#aborted !== undefined) attempt.abort(this.#aborted);
    this.hooks.started(attempt);
    return attempt;
  }

  /** What the body returns or throws, or the time-out that comes before. */
  #invoke(attempt: Attempt): unknown {
    const { options, invoke } = this.spec;
    const { tracing } = this.services;
    const { instanceId, stepId, attempt: number } = attempt;
    const body = runInScope(attempt, () =>
      tracing ? tracing.run({ kind: 'attempt', instanceId, stepId, attempt: number }, invoke) : invoke(),
    );
    const limits = this.#limits(options);
    if (limits === undefined) return body;
    const { clock } = this.services;
    const timeout = new ActivityTimeoutError({
      activityName: this.spec.name,
      timeoutMs: limits.ms,
      limit: limits.limit,
    });
    return new Promise<unknown>((resolve, reject) => {
      const timer = clock.after(limits.ms, () => {
        attempt.abort(timeout);
        reject(timeout);
      });
      Promise.resolve(body)
        .then(resolve, reject)
        .finally(() => {
          timer.cancel();
        });
    });
  }

  #limits(options: ActivityOptions): { readonly ms: number; readonly limit: 'attempt' | 'total' } | undefined {
    const single = options.timeout === undefined ? Infinity : toMilliseconds(options.timeout);
    const total =
      options.totalTimeout === undefined
        ? Infinity
        : Math.max(0, this.log.firstStartedAt + toMilliseconds(options.totalTimeout) - this.services.clock.now());
    if (single === Infinity && total === Infinity) return undefined;
    return single <= total ? { ms: single, limit: 'attempt' } : { ms: total, limit: 'total' };
  }

  /** Delay before the next attempt; undefined when this failure is final. */
  #decide(error: unknown): number | undefined {
    const now = this.services.clock.now();
    const { totalTimeout } = this.spec.options;
    const decision = decideRetry({
      policy: this.#policy,
      attempt: this.log.attempt,
      firstStartedAt: this.log.firstStartedAt,
      now,
      error,
      random: Math.random,
    });
    if (decision.kind === 'final') {
      this.log.exhausted = decision.reason === 'exhausted' || decision.reason === 'max-duration';
      return undefined;
    }
    if (
      totalTimeout !== undefined &&
      now + decision.delayMs >= this.log.firstStartedAt + toMilliseconds(totalTimeout)
    ) {
      this.log.exhausted = true;
      return undefined;
    }
    return decision.delayMs;
  }

  /** A terminal or non-retryable error is what the workflow gets; otherwise it learns that the attempts are used up. */
  #final(error: unknown): unknown {
    if (!this.log.exhausted) return error;
    return new RetryExhaustedError({ activityName: this.spec.name, attempts: this.log.attempt, cause: error });
  }

  async #wait(ms: number): Promise<void> {
    if (!this.#wanted()) return;
    await new Promise<void>((resolve) => {
      const timer = this.services.clock.after(ms, resolve);
      this.#wakeUp = () => {
        timer.cancel();
        resolve();
      };
    });
    this.#wakeUp = undefined;
  }
}
