import type { CompensationCall } from '../definition/activity-definition.js';
import { compensationExecuted, compensationFailed } from '../history/envelope.js';
import { readFailure } from '../history/envelope-reader.js';
import { toFailure } from '../history/failure.js';
import { CommitUnknownError } from '../errors/storage-errors.js';
import type { AttemptRow, StoredCompensation } from '../ports/commit.js';
import type { HistoryRow } from '../ports/history-row.js';
import type { Attempt } from './attempt.js';
import { Body } from './body.js';
import type { BodyHost, HostedBody, Recording } from './body-host.js';
import type { BodySpec } from './body-spec.js';
import { EntryDraft } from './entry-draft.js';
import type { HeldLease } from './held-lease.js';
import { passingCause } from './repeats.js';
import { answer } from './success-recorder.js';
import type { ActiveTurn } from './active-turn.js';
import { whenRecorded } from './turn-report.js';

/** What became of the compensations; part of the outcome. */
export interface CompensationReport {
  readonly executed: readonly string[];
  /** What could not be undone, and why. */
  readonly failed: readonly { readonly step: string; readonly compensation: string; readonly error: string }[];
}

interface StoredArgs {
  readonly args: unknown;
  readonly result?: unknown;
  readonly in_doubt?: boolean;
  readonly direct?: boolean;
}

/**
 * Walks the compensation rows, newest first (E27). Each has its own retry policy and its own history row; it needs no coroutine, so a crash
 * goes on from the rows. One that fails for good is reported and the others still run.
 */
export class Compensator implements BodyHost {
  readonly #executed: string[] = [];
  readonly #failed: { step: string; compensation: string; error: string }[] = [];
  #row: StoredCompensation | undefined;

  constructor(private readonly turn: ActiveTurn) {}

  /** Undefined when the turn ended before all were dealt with. */
  async run(): Promise<CompensationReport | undefined> {
    const { turn } = this;
    const { storage } = turn.services;
    const done = await this.#recorded();
    for (const row of await storage.runState.compensations(turn.instance.instanceId)) {
      const recorded = done.get(stepIdOf(row));
      if (recorded) {
        if (recorded.eventType === 'CompensationExecuted') this.#executed.push(row.activityId);
        else this.#fail(row, readFailure(JSON.parse(recorded.data ?? 'null')).message);
        continue;
      }
      if (turn.isOver() || turn.stopping) return this.#handBack();
      await this.#compensate(row);
      if (turn.isOver()) return undefined;
    }
    return { executed: this.#executed, failed: this.#failed };
  }

  get lease(): HeldLease {
    return this.turn.lease;
  }

  lost(): void {
    this.turn.lose('renewal');
  }

  ended(_body: HostedBody, crash?: { readonly error: unknown }): void {
    if (crash) this.turn.lose(crash.error);
  }

  succeeded(body: HostedBody, attempt: Attempt): void {
    void answer(
      body,
      this.turn.inbox.ask(() => this.#record(body, attempt, undefined)),
    );
  }

  async failed(body: HostedBody, attempt: Attempt, error: unknown): Promise<'recorded' | 'refused'> {
    const answer = await this.turn.inbox.ask(() => this.#record(body, attempt, { error }));
    return answer === 'recorded' ? 'recorded' : 'refused';
  }

  retrying(_body: HostedBody, row: AttemptRow): Promise<'wait' | 'parked' | 'refused'> {
    return this.turn.inbox.ask(() => {
      if (this.turn.isOver()) return 'refused';
      this.turn.memory.dirty = true;
      this.turn.memory.attempts.set(row.stepId, row);
      this.turn.journal.draft.putAttempts.push(row);
      return 'wait';
    });
  }

  async #compensate(row: StoredCompensation): Promise<void> {
    this.#row = row;
    const { turn } = this;
    const spec = await this.#specify(row);
    if (!spec) {
      const error = new Error(
        `No compensation "${row.activityName}" is registered here. Register it again, or undo the step by hand.`,
      );
      await turn.inbox.ask(() => {
        this.#note(row, { error }, '[]', turn.journal.draft);
      });
      await turn.journal.flushed();
      return;
    }
    const body = new Body(spec, turn.services, this);
    turn.bodies.set(spec.stepId, body);
    turn.within(() => {
      body.start();
    });
    await body.whenOver();
    turn.bodies.delete(spec.stepId);
    await turn.journal.flushed();
  }

  async #specify(row: StoredCompensation): Promise<BodySpec | undefined> {
    const { turn } = this;
    const { registry, payloads } = turn.services;
    const stored = JSON.parse(row.args) as StoredArgs;
    const args = (await payloads.reviveStored(stored.args)) as readonly unknown[];
    const stepId = stepIdOf(row);
    const { instanceId, definition } = turn.instance;
    const base = {
      kind: 'compensation' as const,
      instanceId,
      workflowName: definition.name,
      stepId,
      name: row.activityName,
      argsText: JSON.stringify(stored.args),
      compensation: undefined,
      earlier: turn.memory.attempts.get(stepId),
    };
    if (stored.direct === true) {
      const activity = registry.activity(row.activityName);
      if (!activity) return undefined;
      const { options } = activity;
      return { ...base, options, transactional: options.transactional ?? true, invoke: () => activity.invoke(args) };
    }
    const compensation = registry.compensation(row.activityName);
    if (!compensation) return undefined;
    const inDoubt = stored.in_doubt ?? false;
    const call: CompensationCall = {
      args,
      result: inDoubt ? undefined : await payloads.reviveStored(stored.result),
      inDoubt,
      idempotencyKey: `${instanceId}/${row.activityId}`,
    };
    const { options } = compensation;
    return { ...base, options, transactional: options.transactional ?? true, invoke: () => compensation.invoke(call) };
  }

  async #record(
    body: HostedBody,
    attempt: Attempt,
    failure: { readonly error: unknown } | undefined,
  ): Promise<Recording> {
    const { turn } = this;
    const row = this.#row;
    if (turn.isOver() || body.abandoned || !row) {
      await attempt.transaction?.rollback();
      return 'refused';
    }
    const { transaction } = attempt;
    if (failure !== undefined || transaction?.used !== true) {
      void transaction?.rollback();
      this.#note(row, failure, body.spec.argsText, turn.journal.draft, { body, attempt });
      return 'recorded';
    }
    const own = new EntryDraft();
    this.#note(row, undefined, body.spec.argsText, own, { body, attempt });
    try {
      const verdict = await turn.journal.commitInto(transaction, own);
      return verdict.kind === 'done' ? 'recorded' : 'refused';
    } catch (error) {
      this.#executed.pop();
      if (!(error instanceof CommitUnknownError)) return { ok: false, error, passing: passingCause(error) };
      // Whether it was committed is in the rows: whoever takes the instance next reads them.
      turn.lose(error);
      return 'refused';
    }
  }

  #note(
    row: StoredCompensation,
    failure: { readonly error: unknown } | undefined,
    argsText: string,
    draft: EntryDraft,
    made?: { readonly body: HostedBody; readonly attempt: Attempt },
  ): void {
    const { turn } = this;
    const stepId = stepIdOf(row);
    const parts = { activityName: row.activityName, compensationId: row.id, activityId: row.activityId, argsText };
    const recorded = failure && toFailure(failure.error);
    draft.history.push({
      activityId: stepId,
      eventType: recorded ? 'CompensationFailed' : 'CompensationExecuted',
      data: recorded ? compensationFailed({ ...parts, failure: recorded }) : compensationExecuted(parts),
      binary: null,
      time: turn.journal.stamp(),
    });
    if (turn.memory.attempts.delete(stepId)) draft.removeAttempts.push(stepId);
    if (made) this.#noteAttempt(made.body, made.attempt, failure, draft);
    else if (failure) this.#tellUntried(row, failure.error, draft);
    if (recorded) {
      this.#fail(row, recorded.message);
      turn.report.logger.error('A compensation failed for good; what it should have undone stays.', {
        step: row.activityId,
        compensation: row.activityName,
        error: recorded.message,
      });
    } else {
      this.#executed.push(row.activityId);
    }
  }

  #noteAttempt(
    { hooks }: HostedBody,
    attempt: Attempt,
    failure: { readonly error: unknown } | undefined,
    draft: EntryDraft,
  ): void {
    if (!failure) draft.outbox.push(...attempt.outbox);
    if (!failure && attempt.callbacks.length > 0) {
      draft.effects.push(() => {
        attempt.runCallbacks();
      });
    }
    const told = failure ? hooks.failed(attempt, failure.error) : hooks.completed(attempt, undefined);
    if (told) draft.effects.push(told);
  }

  /** No attempt was made: the compensation is not registered. */
  #tellUntried(row: StoredCompensation, error: unknown, draft: EntryDraft): void {
    const { services, report } = this.turn;
    const compensationName = row.activityName;
    whenRecorded(draft, services.hooks.onCompensationFailed, () => ({
      ...report.facts(),
      stepId: stepIdOf(row),
      compensationName,
      attempt: 0,
      duration: 0,
      totalDuration: 0,
      error,
    }));
  }

  /** The process stops: the lease goes back, another worker goes on from the rows. */
  async #handBack(): Promise<undefined> {
    const { turn } = this;
    if (turn.isOver()) return undefined;
    await turn.inbox.ask(() => {
      const { draft } = turn.journal;
      draft.release = true;
      draft.onCommitted.push(() => {
        turn.end({ kind: 'released' }, undefined);
      });
    });
    await turn.journal.flushed();
    return undefined;
  }

  #fail({ activityId, activityName }: StoredCompensation, error: string): void {
    this.#failed.push({ step: activityId, compensation: activityName, error });
  }

  async #recorded(): Promise<Map<string, HistoryRow>> {
    const { storage } = this.turn.services;
    const found = new Map<string, HistoryRow>();
    for (let after = 0; ;) {
      const rows = await storage.history.read(this.turn.instance.instanceId, after, 1000);
      for (const row of rows) if (row.activityId.startsWith('compensation:')) found.set(row.activityId, row);
      const last = rows.at(-1);
      if (!last || rows.length < 1000) return found;
      after = last.id;
    }
  }
}

function stepIdOf(row: StoredCompensation): string {
  return `compensation:${String(row.id)}`;
}
