import { activityFailed } from '../history/envelope.js';
import { fromFailure, toFailure } from '../history/failure.js';
import { WorkflowNotRegisteredError } from '../errors/workflow-not-registered-error.js';
import type { AttemptRow } from '../ports/commit.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { BodyCommand } from './body-command.js';
import type { Settlement } from '../replay/event.js';
import type { Attempt } from './attempt.js';
import type { AttemptLog } from './attempt-log.js';
import { Body } from './body.js';
import type { BodyHost, HostedBody, Recording } from './body-host.js';
import type { BodySpec } from './body-spec.js';
import type { HeldLease } from './held-lease.js';
import { answer, SuccessRecorder } from './success-recorder.js';
import type { ActiveTurn } from './active-turn.js';

/** What a step and an activity differ in. */
type Work = Pick<BodySpec, 'options' | 'compensation' | 'transactional' | 'invoke'>;

/** Starts the bodies of a turn and records what becomes of them, one after another, in the turn's inbox. */
export class BodyLauncher implements BodyHost {
  readonly #successes: SuccessRecorder;

  constructor(private readonly turn: ActiveTurn) {
    this.#successes = new SuccessRecorder(turn);
  }

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
    turn.within(() => {
      body.start();
    });
  }

  ended({ spec }: HostedBody, crash?: { readonly error: unknown }): void {
    const { turn } = this;
    if (crash) turn.lose(crash.error);
    // A body that was aborted between attempts ends without a report.
    else if (turn.bodies.delete(spec.stepId)) turn.inbox.post(() => undefined);
  }

  get lease(): HeldLease {
    return this.turn.lease;
  }

  lost(): void {
    this.turn.lose('renewal');
  }

  succeeded(body: HostedBody, attempt: Attempt, value: unknown): void {
    let resultText: string;
    try {
      resultText = this.turn.services.payloads.encode(value);
    } catch (error) {
      void answer(body, this.#unstorable(body, attempt, error));
      return;
    }
    this.turn.inbox.post(() => this.#successes.record({ body, attempt, resultText, isVoid: value === undefined }));
  }

  /** Trying again cannot change what the activity returns: the failure is recorded as final. */
  async #unstorable(body: HostedBody, attempt: Attempt, error: unknown): Promise<Recording> {
    await attempt.transaction?.rollback();
    return this.failed(body, attempt, error);
  }

  failed(body: HostedBody, attempt: Attempt, error: unknown): Promise<'recorded' | 'refused'> {
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

  retrying(body: HostedBody, row: AttemptRow, delayMs: number): Promise<'wait' | 'parked' | 'refused'> {
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
