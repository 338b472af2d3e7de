import { toMilliseconds } from '../definition/duration.js';
import { decideRetry, isFinal, resolveRetry, type ResolvedRetryPolicy } from '../definition/retry-policy.js';
import { RetryExhaustedError } from '../errors/retry-exhausted-error.js';
import { Attempt } from './attempt.js';
import type { EngineServices } from './services.js';
import { AttemptLog } from './attempt-log.js';
import type { AttemptFailure, BodyHost, HostedBody, Recording } from './body-host.js';
import type { BodySpec } from './body-spec.js';
import { invoke } from './invocation.js';
import { pause } from './pause.js';
import { Repeats } from './repeats.js';
import { StepHooks } from './step-hooks.js';

/** Runs the attempts of one step until it is recorded, parked or given up. */
export class Body implements HostedBody {
  readonly log: AttemptLog;
  readonly hooks: StepHooks;
  /** The signal was fired and the body failed then: nobody knows whether it took effect. */
  failedAfterAbort = false;
  #current: Attempt | undefined;
  #aborted: unknown;
  #abandoned = false;
  #wakeUp: (() => void) | undefined;
  #holdsSlot = false;
  #over = false;
  #waiters: (() => void)[] = [];
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
  }

  /** Resolves when the body is over, however it ended. */
  async whenOver(): Promise<void> {
    if (!this.#over) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Waits for a slot, and begins. Reports nothing before it has returned. */
  start(): void {
    const { pool } = this.services;
    if (pool.tryAcquire()) this.#begin();
    else
      this.#unless(
        pool.acquire().then(() => {
          this.#begin();
        }),
      );
  }

  recorded(recording: Recording): void {
    const attempt = this.#current;
    if (typeof recording === 'string' || attempt === undefined) this.#end();
    else this.#unless(this.#again(attempt, recording));
  }

  crashed(error: unknown): void {
    this.#end({ error });
  }

  /** An attempt is under way whose transaction has been opened. */
  get holdsTransaction(): boolean {
    return this.#current?.transaction?.used === true;
  }

  /** An attempt is under way, and no roll-back of ours undoes all of it. */
  get mayTakeEffect(): boolean {
    return this.#current !== undefined && !this.holdsTransaction;
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

  #begin(): void {
    this.#holdsSlot = true;
    this.#next();
  }

  /** The next attempt, if there is to be one. */
  #next(): void {
    if (!this.#wanted()) this.#end();
    else if (this.host.lease.inDoubt) this.#unless(this.#renew());
    else this.#attempt();
  }

  /** Without an async function: most steps have one attempt, and each promise costs. */
  #attempt(): void {
    const { clock } = this.services;
    let attempt: Attempt;
    try {
      attempt = this.#open();
    } catch (error) {
      this.crashed(error);
      return;
    }
    invoke(this.spec, attempt, this.log, this.services).then(
      (value) => {
        attempt.end(clock.now());
        try {
          this.host.succeeded(this, attempt, value);
        } catch (error) {
          this.crashed(error);
        }
      },
      (error: unknown) => {
        attempt.end(clock.now());
        this.#unless(this.#again(attempt, this.#classified(attempt, error)));
      },
    );
  }

  /** What comes after an attempt that came to nothing: another one, or the end. */
  async #again(attempt: Attempt, failure: AttemptFailure): Promise<void> {
    const { clock } = this.services;
    await attempt.transaction?.rollback();
    this.#current = undefined;
    const repeatIn = failure.passing && this.#repeats.next(failure.passing);
    if (repeatIn !== undefined) {
      this.log.repeat();
      if (repeatIn > 0) await this.#withoutSlot(pause(repeatIn));
      this.#next();
      return;
    }
    if (!this.#wanted()) {
      this.failedAfterAbort = true;
      this.#end();
      return;
    }
    const delay = this.#decide(failure.error);
    this.log.failed(failure.error, clock.now());
    if (delay === undefined) {
      await this.host.failed(this, attempt, this.#final(failure.error));
      this.#end();
    } else if ((await this.#plan(attempt, failure.error, delay)) === 'wait') {
      await this.#withoutSlot(this.#wait(delay));
      this.#next();
    } else this.#end();
  }

  /** The body is over, unless this work brings it further. */
  #unless(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.crashed(error);
    });
  }

  #end(crash?: { readonly error: unknown }): void {
    if (this.#over) return;
    this.#over = true;
    this.#current = undefined;
    this.#releaseSlot();
    this.host.ended(this, crash);
    for (const resolve of this.#waiters.splice(0)) resolve();
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

  /** Whoever has taken the instance over must not meet an attempt that began afterwards (E17). */
  async #renew(): Promise<void> {
    if (!(await this.host.lease.renew())) {
      this.host.lost();
      this.#end();
    } else if (this.#wanted()) this.#attempt();
    else this.#end();
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
