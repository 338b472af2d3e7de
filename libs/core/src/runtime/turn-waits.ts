import { timerExpired } from '../history/envelope.js';
import type { TimerHandle } from '../ports/clock.js';
import type { ActiveTurn } from './active-turn.js';
import { retryTimerId } from './turn-types.js';
import { tellFired } from './wait-hooks.js';

interface Wait {
  readonly timerId: string;
  readonly deadline: number;
  handle: TimerHandle | undefined;
}

/** The timers that an instance waits for while a turn has it in hand: sleeps, and retries far away. Those of a parked one are {@link ArmedTimers}. */
export class TurnWaits {
  readonly #waits = new Map<string, Wait>();

  constructor(private readonly turn: ActiveTurn) {}

  get size(): number {
    return this.#waits.size;
  }

  get earliest(): number | undefined {
    let earliest: number | undefined;
    for (const { deadline } of this.#waits.values()) earliest = Math.min(earliest ?? deadline, deadline);
    return earliest;
  }

  /** A stored deadline stands; a new one is stored with the next commit and only then counts down (E24). */
  begin(stepId: string, timerId: string, asked: number): void {
    const { memory, journal, services } = this.turn;
    const stored = memory.deadlines.get(timerId);
    const deadline = stored ?? asked;
    this.#waits.set(stepId, { timerId, deadline, handle: undefined });
    if (stored === undefined && deadline > services.clock.now()) {
      memory.deadlines.set(timerId, deadline);
      memory.dirty = true;
      journal.draft.addTimers.push({ timerId, activityId: stepId, expiresAt: deadline });
    }
    journal.whenDurable(() => {
      this.#arm(stepId);
    });
  }

  /** Puts a failed step's next attempt on a timer, so that a long wait holds no worker (E16a). */
  parkRetry(stepId: string, at: number): void {
    this.begin(stepId, retryTimerId(stepId), at);
  }

  has(stepId: string): boolean {
    return this.#waits.has(stepId);
  }

  /** Takes a wait back, with its timer. */
  cancel(stepId: string): void {
    const wait = this.#waits.get(stepId);
    wait?.handle?.cancel();
    this.#waits.delete(stepId);
    this.#forget(wait?.timerId ?? stepId);
  }

  /** Stops all clocks; the waits stay known. */
  disarm(): void {
    for (const wait of this.#waits.values()) {
      wait.handle?.cancel();
      wait.handle = undefined;
    }
  }

  clear(): void {
    this.disarm();
    this.#waits.clear();
  }

  #arm(stepId: string): void {
    const wait = this.#waits.get(stepId);
    if (!wait || wait.handle) return;
    wait.handle = this.turn.services.clock.at(wait.deadline, () => {
      this.turn.inbox.post(() => this.#due(stepId, wait));
    });
  }

  async #due(stepId: string, wait: Wait): Promise<void> {
    const { turn } = this;
    const { memory, journal } = turn;
    if (!turn.open || this.#waits.get(stepId) !== wait) return;
    this.#waits.delete(stepId);
    const command = memory.coroutine.pendingCommand(stepId);
    if (!command) return;
    const { timerId, deadline } = wait;
    turn.rouse();
    this.#forget(timerId);
    if (command.kind === 'activity' || command.kind === 'step') {
      turn.commands.launch(command);
    } else if (command.kind === 'receive') {
      turn.receives.timeUp(stepId);
    } else if (command.kind === 'sleep') {
      tellFired(turn, timerId, deadline);
      const time = journal.stamp();
      const row = {
        activityId: stepId,
        eventType: 'TimerExpired',
        data: timerExpired(timerId, deadline),
        binary: null,
        time,
      };
      await turn.deliver(
        { stepId, kind: 'sleep', name: undefined, time, settlement: { ok: true, value: undefined } },
        row,
      );
    }
  }

  #forget(timerId: string): void {
    const { memory, journal } = this.turn;
    if (memory.deadlines.delete(timerId)) journal.draft.removeTimers.push(timerId);
  }
}
