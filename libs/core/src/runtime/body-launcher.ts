import { activityCompleted, activityFailed } from '../history/envelope.js';
import { fromFailure, toFailure } from '../history/failure.js';
import { CommitUnknownError } from '../errors/storage-errors.js';
import { WorkflowNotRegisteredError } from '../errors/workflow-not-registered-error.js';
import type { AttemptRow } from '../ports/commit.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { ActivityTransaction } from '../ports/transaction.js';
import type { BodyCommand } from './body-command.js';
import type { Settlement } from '../replay/event.js';
import type { Attempt } from './attempt.js';
import type { AttemptLog } from './attempt-log.js';
import { Body, type BodyHost, type Recording } from './body.js';
import type { BodySpec } from './body-spec.js';
import { compensationFor } from './compensation-command.js';
import { EntryDraft } from './entry-draft.js';
import type { HeldLease } from './held-lease.js';
import { passingCause } from './repeats.js';
import type { ActiveTurn } from './active-turn.js';

/** Arguments and result as they are stored. */
interface StoredTexts {
  readonly argsText: string;
  readonly resultText: string;
}

/** What a step and an activity differ in. */
type Work = Pick<BodySpec, 'options' | 'compensation' | 'transactional' | 'invoke'>;

interface Success {
  readonly body: Body;
  readonly attempt: Attempt;
  readonly resultText: string;
  /** The activity has returned undefined. */
  readonly isVoid: boolean;
  /** Of the history row. */
  readonly time: number;
}

/** Starts the bodies of a turn and records what becomes of them, one after another, in the turn's inbox. */
export class BodyLauncher implements BodyHost {
  constructor(private readonly turn: ActiveTurn) {}

  launch(command: BodyCommand): void {
    const { turn } = this;
    let argsText = '[]';
    let spec: BodySpec;
    try {
      if (command.kind === 'activity') argsText = turn.services.payloads.encode(command.args);
      spec = this.#specify(command, argsText);
    } catch (error) {
      turn.inbox.post(() => this.#refuse(command, argsText, error));
      return;
    }
    const body = new Body(spec, turn.services, this);
    turn.bodies.set(command.stepId, body);
    body.done.then(
      () => {
        // A body that was aborted between attempts ends without a report.
        if (turn.bodies.delete(command.stepId)) turn.inbox.post(() => undefined);
      },
      (error: unknown) => {
        turn.lose(error);
      },
    );
  }

  get lease(): HeldLease {
    return this.turn.lease;
  }

  lost(): void {
    this.turn.lose('renewal');
  }

  succeeded(body: Body, attempt: Attempt, value: unknown): Promise<Recording> {
    let resultText: string;
    try {
      resultText = this.turn.services.payloads.encode(value);
    } catch (error) {
      return this.#unstorable(body, attempt, error);
    }
    return this.turn.inbox.ask(() => this.#recordSuccess(body, attempt, resultText, value === undefined));
  }

  /** Trying again cannot change what the activity returns: the failure is recorded as final. */
  async #unstorable(body: Body, attempt: Attempt, error: unknown): Promise<Recording> {
    await attempt.transaction?.rollback();
    return this.failed(body, attempt, error);
  }

  failed(body: Body, attempt: Attempt, error: unknown): Promise<'recorded' | 'refused'> {
    return this.turn.inbox.ask(async () => {
      const { turn } = this;
      if (turn.isOver() || body.abandoned) return 'refused';
      turn.bodies.delete(body.spec.stepId);
      await this.#recordFailure(
        body.spec.stepId,
        body.spec.name,
        body.spec.argsText,
        error,
        body.log.record(turn.services.clock.now()),
        body.hooks.failed(attempt, error),
      );
      return 'recorded';
    });
  }

  retrying(body: Body, row: AttemptRow, delayMs: number): Promise<'wait' | 'parked' | 'refused'> {
    return this.turn.inbox.ask(() => {
      const { turn } = this;
      if (turn.isOver() || body.abandoned) return 'refused';
      turn.memory.dirty = true;
      turn.memory.attempts.set(row.stepId, row);
      turn.journal.draft.putAttempts.push(row);
      if (!turn.running || delayMs < turn.services.settings.parkRetryAfterMs) return 'wait';
      turn.bodies.delete(row.stepId);
      turn.waits.parkRetry(row.stepId, row.nextAt);
      return 'parked';
    });
  }

  #specify(command: BodyCommand, argsText: string): BodySpec {
    const { turn } = this;
    const { instanceId, definition } = turn.instance;
    const { kind, stepId, name } = command;
    const work: Work =
      command.kind === 'step'
        ? { options: command.options, invoke: command.fn, transactional: false, compensation: undefined }
        : this.#activity(name, argsText);
    return {
      kind,
      instanceId,
      workflowName: definition.name,
      stepId,
      name,
      argsText,
      earlier: turn.memory.attempts.get(stepId),
      options: work.options,
      transactional: work.transactional,
      invoke: work.invoke,
      compensation: work.compensation,
    };
  }

  #activity(name: string, argsText: string): Work {
    const { registry, payloads } = this.turn.services;
    const activity = registry.activity(name);
    if (!activity)
      throw new WorkflowNotRegisteredError(
        name,
        registry.activities().map((known) => known.name),
      );
    // The body gets what a replay would give it: a copy that went through the codec, so that it shares no object with the workflow.
    const args = payloads.decode(argsText) as readonly unknown[];
    const { options, compensation } = activity;
    return { options, compensation, transactional: options.transactional ?? true, invoke: () => activity.invoke(args) };
  }

  #recordSuccess(body: Body, attempt: Attempt, resultText: string, isVoid: boolean): Recording | Promise<Recording> {
    const { turn } = this;
    const { argsText } = body.spec;
    if (turn.isOver() || body.abandoned) return this.#dropped(attempt);
    const time = turn.journal.stamp();
    const success = { body, attempt, resultText, isVoid, time };
    if (turn.services.payloads.transforms) return this.#sealed(success);
    return this.#write(success, { argsText, resultText });
  }

  async #dropped(attempt: Attempt): Promise<Recording> {
    await attempt.transaction?.rollback();
    return 'refused';
  }

  async #sealed(success: Success): Promise<Recording> {
    const { payloads } = this.turn.services;
    const argsText = await payloads.seal(success.body.spec.argsText);
    return this.#write(success, { argsText, resultText: await payloads.seal(success.resultText) });
  }

  #write(success: Success, stored: StoredTexts): Promise<Recording> {
    const { body, attempt, resultText, isVoid, time } = success;
    const { turn } = this;
    const { stepId, name } = body.spec;
    const { retry, durationMs } = body.log.record(turn.services.clock.now());
    const { argsText } = stored;
    const parts = { activityName: name, argsText, resultText: stored.resultText, isVoid, retry, durationMs };
    const data = activityCompleted(parts);
    const row: NewHistoryRow = { activityId: stepId, eventType: 'ActivityCompleted', data, binary: null, time };
    const told = body.hooks.completed(attempt, isVoid ? undefined : resultText);
    const { transaction } = attempt;
    if (transaction?.used === true) return this.#writeInto(transaction, success, row, stored, told);
    void transaction?.rollback();
    this.#fill(turn.journal.draft, body, attempt, row, stored, told);
    return this.#deliver(success);
  }

  async #writeInto(
    transaction: ActivityTransaction,
    success: Success,
    row: NewHistoryRow,
    stored: StoredTexts,
    told: (() => void) | undefined,
  ): Promise<Recording> {
    const own = new EntryDraft();
    this.#fill(own, success.body, success.attempt, row, stored, told);
    const answer = await this.#commit(transaction, own);
    return answer === 'recorded' ? this.#deliver(success) : answer;
  }

  async #deliver({ body, resultText, isVoid, time }: Success): Promise<Recording> {
    const { turn } = this;
    const { stepId, name } = body.spec;
    turn.countRow();
    turn.bodies.delete(stepId);
    if (turn.running) {
      const settlement = { ok: true as const, value: isVoid ? undefined : turn.services.payloads.decode(resultText) };
      await turn.deliver({ stepId, kind: 'activity', name, time, settlement }, undefined);
    }
    return 'recorded';
  }

  /** Commits the user's writes and the record as one. */
  async #commit(transaction: ActivityTransaction, own: EntryDraft): Promise<Recording> {
    const { turn } = this;
    try {
      const verdict = await turn.journal.commitInto(transaction, own);
      return verdict.kind === 'done' ? 'recorded' : 'refused';
    } catch (error) {
      // A constraint that is checked at the commit, for example: nothing was written, the policy decides what follows.
      if (!(error instanceof CommitUnknownError)) return { ok: false, error, passing: passingCause(error) };
      // Whether it was committed is in the rows: whoever takes the instance next reads them.
      turn.lose(error);
      return 'refused';
    }
  }

  #fill(
    draft: EntryDraft,
    body: Body,
    attempt: Attempt,
    row: NewHistoryRow,
    stored: StoredTexts,
    told: (() => void) | undefined,
  ): void {
    const { turn } = this;
    draft.history.push(row);
    draft.outbox.push(...attempt.outbox);
    if (turn.memory.attempts.delete(row.activityId)) draft.removeAttempts.push(row.activityId);
    const { compensation } = body.spec;
    if (compensation) {
      draft.compensations.push(compensationFor(compensation, { stepId: row.activityId, ...stored, inDoubt: false }));
      turn.memory.hasCompensations = true;
    }
    if (attempt.callbacks.length > 0) {
      draft.effects.push(() => {
        attempt.runCallbacks();
      });
    }
    if (told) draft.effects.push(told);
  }

  async #refuse(command: BodyCommand, argsText: string, error: unknown): Promise<void> {
    if (!this.turn.isOver())
      await this.#recordFailure(command.stepId, command.name, argsText, error, undefined, undefined);
  }

  async #recordFailure(
    stepId: string,
    activityName: string,
    argsText: string,
    error: unknown,
    about: ReturnType<AttemptLog['record']> | undefined,
    told: (() => void) | undefined,
  ): Promise<void> {
    const { turn } = this;
    const failure = toFailure(error);
    const time = turn.journal.stamp();
    const data = activityFailed({
      activityName,
      argsText: await turn.services.payloads.seal(argsText),
      failure,
      ...about,
    });
    const row: NewHistoryRow = { activityId: stepId, eventType: 'ActivityFailed', data, binary: null, time };
    if (turn.memory.attempts.delete(stepId)) turn.journal.draft.removeAttempts.push(stepId);
    if (!turn.running) return;
    const settlement: Settlement = { ok: false, error: fromFailure(failure, turn.services.errorTypes) };
    if (told) turn.journal.draft.effects.push(told);
    await turn.deliver({ stepId, kind: 'activity', name: activityName, time, settlement }, row);
  }
}
