import { TransactionEndedError } from '../errors/transaction-ended-error.js';
import type { NewOutboxEvent } from '../ports/commit.js';
import type { Logger } from '../ports/logger.js';
import type { ActivityTransaction } from '../ports/transaction.js';
import type { ActivityScope } from '../scope/scope.js';

export interface AttemptFacts {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly stepId: string;
  readonly activityName: string;
  readonly attempt: number;
  /** Milliseconds, by the engine's clock. */
  readonly startedAt: number;
  readonly transaction: ActivityTransaction | undefined;
}

/** The ambient scope of one attempt. What it gathers is bound to the attempt: a late body cannot reach a later one's record (E17b). */
export class Attempt implements ActivityScope {
  readonly kind = 'activity';
  readonly instanceId: string;
  readonly workflowName: string;
  readonly stepId: string;
  readonly activityName: string;
  readonly attempt: number;
  readonly startedAt: number;
  endedAt: number;
  readonly transaction: ActivityTransaction | undefined;
  readonly outbox: NewOutboxEvent[] = [];
  readonly callbacks: (() => void | Promise<void>)[] = [];
  #controller: AbortController | undefined;
  #abortReason: unknown;
  #onAbort: ((reason: unknown) => void) | undefined;
  #ended = false;

  constructor(
    facts: AttemptFacts,
    private readonly baseLogger: Logger,
  ) {
    this.instanceId = facts.instanceId;
    this.workflowName = facts.workflowName;
    this.stepId = facts.stepId;
    this.activityName = facts.activityName;
    this.attempt = facts.attempt;
    this.startedAt = facts.startedAt;
    this.endedAt = facts.startedAt;
    this.transaction = facts.transaction;
  }

  get idempotencyKey(): string {
    return `${this.instanceId}/${this.stepId}`;
  }

  /** Made on demand: most bodies never look at it. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  get logger(): Logger {
    const { baseLogger } = this;
    const { instanceId, workflowName, stepId, attempt } = this;
    const facts = { instanceId, workflowName, stepId, attempt };
    return {
      debug: (message, fields) => {
        baseLogger.debug(message, { ...facts, ...fields });
      },
      info: (message, fields) => {
        baseLogger.info(message, { ...facts, ...fields });
      },
      warn: (message, fields) => {
        baseLogger.warn(message, { ...facts, ...fields });
      },
      error: (message, fields) => {
        baseLogger.error(message, { ...facts, ...fields });
      },
    };
  }

  get aborted(): boolean {
    return this.#abortReason !== undefined;
  }

  afterCommit(callback: () => void | Promise<void>): void {
    this.#mustBeOpen();
    this.callbacks.push(callback);
  }

  emit(event: NewOutboxEvent): void {
    this.#mustBeOpen();
    this.outbox.push(event);
  }

  /** Runs what was asked for after the commit; a failing callback is reported and changes nothing. */
  runCallbacks(): void {
    const report = (error: unknown): void => {
      this.logger.error('An afterCommit callback failed; the activity stays recorded.', { error });
    };
    for (const callback of this.callbacks) {
      try {
        Promise.resolve(callback()).catch(report);
      } catch (error) {
        report(error);
      }
    }
  }

  /** The body has returned, failed or been given up: it can add nothing more. */
  end(now: number): void {
    this.#ended = true;
    this.endedAt = now;
  }

  abort(reason: unknown): void {
    if (this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#controller?.abort(reason);
    this.#onAbort?.(reason);
  }

  set onAbort(callback: (reason: unknown) => void) {
    this.#onAbort = callback;
  }

  #mustBeOpen(): void {
    if (!this.#ended) return;
    throw new TransactionEndedError(this.activityName);
  }
}
