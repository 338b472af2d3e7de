import { ActivityAbortedError } from '../errors/activity-aborted-error.js';
import {
  cancelledOutput,
  failedOutput,
  workflowCancelled,
  workflowFailed,
  type Cancellation,
} from '../history/envelope.js';
import { fromFailure, toFailure, type RecordedFailure } from '../history/failure.js';
import { readFailure } from '../history/envelope-reader.js';
import type { TerminalStatus } from '../ports/instance.js';
import type { Body } from './body.js';
import { compensationFor } from './compensation-command.js';
import { Compensator, type CompensationReport } from './compensator.js';
import type { ActiveTurn } from './active-turn.js';
import { whenDone } from './turn-report.js';
import type { EndCause } from './turn-types.js';

/** History key of the row that says where a settlement is going (E27b). */
export const OUTCOME_ROW = '$outcome';

/** A settlement's direction as it is stored. */
type Direction =
  | { readonly status: 'failed'; readonly failure: RecordedFailure; readonly inDoubt: readonly string[] }
  | {
      readonly status: 'cancelled';
      readonly reason: string | null;
      readonly previousStatus: string;
      readonly at: number;
      readonly inDoubt: readonly string[];
    };

/** Brings an instance to `failed` or `cancelled`: bodies in flight first, then compensations, then the end (E27, E27a, E28). */
export class Settlement {
  readonly #turn: ActiveTurn;

  constructor(turn: ActiveTurn) {
    this.#turn = turn;
  }

  async run(cause: EndCause): Promise<void> {
    const turn = this.#turn;
    try {
      // From here on, because the success of a body that is awaited must be recorded although a cancellation was asked for (E27a).
      turn.journal.settling = true;
      const inDoubt = await this.#awaitBodies(cause);
      if (turn.isOver()) return;
      await turn.journal.landed();
      const direction = await turn.inbox.ask(() => this.#record(cause, inDoubt));
      await turn.journal.flushed();
      if (turn.isOver()) return;
      if (turn.memory.hasCompensations) await this.#compensate(direction);
    } catch (error) {
      turn.lose(error);
    }
  }

  /** Goes on with compensations that a crash interrupted; the rows say which and where to. */
  async resume(): Promise<void> {
    const turn = this.#turn;
    try {
      turn.journal.settling = true;
      turn.memory.dirty = true;
      turn.memory.absorb(await turn.services.storage.runState.load(turn.instance.instanceId));
      await this.#compensate(await this.#readDirection());
    } catch (error) {
      turn.lose(error);
    }
  }

  /**
   * No new body starts, signals fire, open transactions roll back, the others are awaited for the grace time. Answers the bodies of which
   * nobody knows whether they took effect.
   */
  async #awaitBodies(cause: EndCause): Promise<readonly InDoubt[]> {
    const turn = this.#turn;
    const { instance, memory, services } = turn;
    const crashed: InDoubt[] = [];
    if (instance.takeover && cause.kind === 'cancelled') {
      for (const command of memory.coroutine.pendingCommands()) {
        if (command.kind === 'activity' && !turn.bodies.knows(command.stepId)) {
          crashed.push({
            stepId: command.stepId,
            name: command.name,
            argsText: await services.payloads.seal(services.payloads.encode(command.args)),
          });
        }
      }
    }
    const reason = new ActivityAbortedError({
      activityName: '*',
      reason: cause.kind === 'cancelled' ? 'cancelled' : 'ended',
    });
    const awaited: Body[] = [];
    for (const body of [...turn.bodies.values()]) {
      if (body.holdsTransaction) {
        turn.bodies.delete(body.spec.stepId);
        await body.abandon(reason);
      } else {
        awaited.push(body);
        body.abort(reason);
      }
    }
    const { leftBehind } = turn.bodies;
    awaited.push(...leftBehind);
    if (awaited.length > 0) {
      await Promise.race([
        Promise.all(awaited.map((body) => body.whenOver())),
        services.clock.sleep(services.settings.compensationGraceMs),
      ]);
    }
    const doubtful: InDoubt[] = [];
    for (const body of awaited) {
      const { stepId, name } = body.spec;
      const argsText = await services.payloads.seal(body.spec.argsText);
      const still = turn.bodies.delete(stepId);
      if (still) void body.abandon(reason);
      if (still || body.failedAfterAbort || leftBehind.includes(body)) doubtful.push({ stepId, name, argsText });
    }
    return [...crashed, ...doubtful];
  }

  /** One entry: what was recorded last, where the settlement is going, the status, and the removal of all waits. */
  #record(cause: EndCause, inDoubt: readonly InDoubt[]): Direction {
    const turn = this.#turn;
    const { draft } = turn.journal;
    const time = turn.journal.stamp();
    for (const doubt of inDoubt) {
      const compensation = turn.services.registry.activity(doubt.name)?.compensation;
      if (compensation?.inDoubt === true) {
        draft.compensations.push(
          compensationFor(compensation, {
            stepId: doubt.stepId,
            argsText: doubt.argsText,
            resultText: 'null',
            inDoubt: true,
          }),
        );
        turn.memory.hasCompensations = true;
      }
    }
    const direction = directionOf(cause, inDoubt, time);
    const text =
      direction.status === 'failed'
        ? workflowFailed(direction.failure)
        : workflowCancelled(cancellation(direction, turn));
    const data = text.replace(/}$/, `,"direction":${JSON.stringify({ ...direction, failure: undefined })}}`);
    turn.record({
      activityId: OUTCOME_ROW,
      eventType: direction.status === 'failed' ? 'WorkflowFailed' : 'WorkflowCancelled',
      data,
      binary: null,
      time,
    });
    // A park or completion that this settlement overtook must not end the turn.
    draft.onCommitted = [];
    draft.addTimers = [];
    draft.putAttempts = [];
    draft.messaging.dropPlans();
    draft.block = null;
    draft.release = false;
    draft.output = undefined;
    draft.cleanUp = turn.memory.dirty;
    if (turn.memory.hasCompensations) draft.status = 'compensating';
    else this.#finish(direction, undefined);
    return direction;
  }

  async #compensate(direction: Direction): Promise<void> {
    const turn = this.#turn;
    const report = await new Compensator(turn).run();
    if (report === undefined || turn.isOver()) return;
    await turn.inbox.ask(() => {
      this.#finish(direction, report);
    });
    await turn.journal.flushed();
  }

  #finish(direction: Direction, report: CompensationReport | undefined): void {
    const turn = this.#turn;
    const { draft } = turn.journal;
    const { inDoubt } = direction;
    const compensations = report === undefined && inDoubt.length === 0 ? undefined : { ...report, in_doubt: inDoubt };
    const output =
      direction.status === 'failed'
        ? failedOutput(direction.failure, compensations)
        : cancelledOutput({
            ...cancellation(direction, turn),
            previousStatus: direction.previousStatus,
            compensations,
          });
    const status: TerminalStatus = direction.status;
    draft.status = status;
    draft.output = output;
    draft.release = true;
    draft.cleanUp = turn.memory.dirty;
    this.#tell(direction, report);
    draft.onCommitted.push(() => {
      turn.end({ kind: 'ended', status, output }, undefined);
    });
  }

  #tell(direction: Direction, report: CompensationReport | undefined): void {
    const { services, journal, report: told } = this.#turn;
    const { inDoubt } = direction;
    const failed = report?.failed.map(({ step }) => step) ?? [];
    const compensations = { executed: report?.executed ?? [], failed, inDoubt };
    if (direction.status === 'failed') {
      const { failure } = direction;
      whenDone(journal.draft, services.hooks.onWorkflowFailed, () => ({
        ...told.endFacts(),
        error: fromFailure(failure, services.errorTypes),
        compensations,
      }));
    } else {
      const { reason } = direction;
      whenDone(journal.draft, services.hooks.onWorkflowCancelled, () => ({
        ...told.endFacts(),
        reason,
        compensations,
      }));
    }
  }

  async #readDirection(): Promise<Direction> {
    const { storage } = this.#turn.services;
    const { instanceId } = this.#turn.instance;
    for (let after = 0; ;) {
      const rows = await storage.history.read(instanceId, after, 1000);
      const found = rows.find((row) => row.activityId === OUTCOME_ROW);
      if (found !== undefined && found.data !== null) {
        const json = JSON.parse(found.data) as { direction: Direction };
        return json.direction.status === 'failed' ? { ...json.direction, failure: readFailure(json) } : json.direction;
      }
      const last = rows.at(-1);
      if (!last) throw new Error(`Instance ${instanceId} is compensating without a row that says why.`);
      after = last.id;
    }
  }
}

interface InDoubt {
  readonly stepId: string;
  readonly name: string;
  readonly argsText: string;
}

function directionOf(cause: EndCause, doubts: readonly InDoubt[], at: number): Direction {
  const inDoubt = doubts.map((doubt) => doubt.stepId);
  if (cause.kind === 'failed') return { status: 'failed', failure: toFailure(cause.error), inDoubt };
  return { status: 'cancelled', reason: cause.reason, previousStatus: cause.previousStatus, at, inDoubt };
}

function cancellation(direction: Extract<Direction, { status: 'cancelled' }>, turn: ActiveTurn): Cancellation {
  return { reason: direction.reason, cancelledBy: turn.services.settings.serviceName, cancelledAt: direction.at };
}
