import { activityCompleted } from '../history/envelope.js';
import { CommitUnknownError } from '../errors/storage-errors.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { ActivityTransaction } from '../ports/transaction.js';
import type { HistoryEvent } from '../replay/event.js';
import type { ActiveTurn } from './active-turn.js';
import type { Attempt } from './attempt.js';
import type { HostedBody, Recording } from './body-host.js';
import { compensationFor } from './compensation-command.js';
import { EntryDraft } from './entry-draft.js';
import { LATER } from './inbox.js';
import { passingCause } from './repeats.js';

/** Arguments and result as they are stored. */
interface StoredTexts {
  readonly argsText: string;
  readonly resultText: string;
}

interface Returned {
  readonly body: HostedBody;
  readonly attempt: Attempt;
  readonly resultText: string;
  /** The activity has returned undefined. */
  readonly isVoid: boolean;
}

interface Success extends Returned {
  readonly row: NewHistoryRow;
  readonly stored: StoredTexts;
  /** Of the listeners. */
  readonly told: (() => void) | undefined;
}

/** Records what the bodies of a turn return, and lets the workflow run on with it. Bodies are answered; nothing is thrown. */
export class SuccessRecorder {
  constructor(private readonly turn: ActiveTurn) {}

  /** A task of the inbox. */
  record(returned: Returned): typeof LATER | Promise<void> | undefined {
    const { turn } = this;
    const { body, attempt } = returned;
    try {
      if (turn.isOver() || body.abandoned) return answer(body, dropped(attempt));
      const time = turn.journal.stamp();
      if (turn.services.payloads.transforms) return answer(body, this.#sealed(returned, time));
      const { argsText } = body.spec;
      const success = this.#success(returned, { argsText, resultText: returned.resultText }, time);
      const { transaction } = attempt;
      if (transaction?.used === true) return answer(body, this.#writeInto(transaction, success));
      return this.#writeAlone(success);
    } catch (error) {
      body.crashed(error);
      return undefined;
    }
  }

  async #sealed(returned: Returned, time: number): Promise<Recording> {
    const { payloads } = this.turn.services;
    const argsText = await payloads.seal(returned.body.spec.argsText);
    const success = this.#success(returned, { argsText, resultText: await payloads.seal(returned.resultText) }, time);
    const { transaction } = returned.attempt;
    if (transaction?.used === true) return this.#writeInto(transaction, success);
    this.#note(success);
    return this.#delivered(success);
  }

  #success(returned: Returned, stored: StoredTexts, time: number): Success {
    const { body, attempt, resultText, isVoid } = returned;
    const { stepId, name } = body.spec;
    const { retry, durationMs } = body.log.record(this.turn.services.clock.now());
    const data = activityCompleted({ activityName: name, ...stored, isVoid, retry, durationMs });
    return {
      body,
      attempt,
      resultText,
      isVoid,
      stored,
      row: { activityId: stepId, eventType: 'ActivityCompleted', data, binary: null, time },
      told: body.hooks.completed(attempt, isVoid ? undefined : resultText),
    };
  }

  /** The way of most steps: nothing is awaited. */
  #writeAlone(success: Success): typeof LATER | undefined {
    const { turn } = this;
    const { body } = success;
    this.#note(success);
    this.#counted(body);
    if (!turn.running) {
      body.recorded('recorded');
      return undefined;
    }
    turn.hand(this.#event(success), {
      done: () => {
        turn.inbox.done();
        body.recorded('recorded');
      },
      failed: (error) => {
        turn.inbox.failed(error);
        body.crashed(error);
      },
    });
    return LATER;
  }

  /** An activity that wrote nothing: its row goes with the next commit. */
  #note(success: Success): void {
    void success.attempt.transaction?.rollback();
    this.#fill(this.turn.journal.draft, success);
  }

  /** Commits the user's writes and the record as one. */
  async #writeInto(transaction: ActivityTransaction, success: Success): Promise<Recording> {
    const { turn } = this;
    const own = new EntryDraft();
    this.#fill(own, success);
    try {
      const { kind } = await turn.journal.commitInto(transaction, own);
      if (kind !== 'done') return 'refused';
    } catch (error) {
      // A constraint that is checked at the commit, for example: nothing was written, the policy decides what follows.
      if (!(error instanceof CommitUnknownError)) return { ok: false, error, passing: passingCause(error) };
      // Whether it was committed is in the rows: whoever takes the instance next reads them.
      turn.lose(error);
      return 'refused';
    }
    return this.#delivered(success);
  }

  async #delivered(success: Success): Promise<Recording> {
    this.#counted(success.body);
    if (this.turn.running) await this.turn.deliver(this.#event(success), undefined);
    return 'recorded';
  }

  #counted({ spec }: HostedBody): void {
    this.turn.countRow();
    this.turn.bodies.delete(spec.stepId);
  }

  #event({ body, resultText, isVoid, row }: Success): HistoryEvent {
    const { stepId, name } = body.spec;
    const value = isVoid ? undefined : this.turn.services.payloads.decode(resultText);
    return { stepId, kind: 'activity', name, time: row.time, settlement: { ok: true, value } };
  }

  #fill(draft: EntryDraft, { body, attempt, row, stored, told }: Success): void {
    const { memory } = this.turn;
    draft.history.push(row);
    draft.outbox.push(...attempt.outbox);
    if (memory.attempts.delete(row.activityId)) draft.removeAttempts.push(row.activityId);
    const { compensation } = body.spec;
    if (compensation) {
      draft.compensations.push(compensationFor(compensation, { stepId: row.activityId, ...stored, inDoubt: false }));
      memory.hasCompensations = true;
    }
    if (attempt.callbacks.length > 0) {
      draft.effects.push(() => {
        attempt.runCallbacks();
      });
    }
    if (told) draft.effects.push(told);
  }
}

/** Tells a body what became of its success. */
export function answer(body: HostedBody, recording: Promise<Recording>): Promise<void> {
  return recording.then(
    (known) => {
      body.recorded(known);
    },
    (error: unknown) => {
      body.crashed(error);
    },
  );
}

async function dropped({ transaction }: Attempt): Promise<Recording> {
  await transaction?.rollback();
  return 'refused';
}
