import { yieldToEventLoop } from '../replay/quiescence.js';
import type { ActiveTurn } from './active-turn.js';

/** What a turn does when nothing is left to do in it: park, hand back, or find that nothing can come any more. */
export class TurnRest {
  #checking = false;

  constructor(private readonly turn: ActiveTurn) {}

  /** Something was delivered: an earlier look at it says nothing any more. */
  disturb(): void {
    this.#checking = false;
  }

  consider(): void {
    const { waits, memory, stopping, services } = this.turn;
    const wakeAt = waits.earliest;
    if (wakeAt !== undefined && waits.size === memory.coroutine.pendingCount) {
      // A deadline that has passed is about to fire here: parking would only cost a claim.
      if (wakeAt > services.clock.now()) this.#park(wakeAt);
    } else if (stopping) {
      this.turn.conclude({ kind: 'released' });
    } else if (memory.coroutine.outcome === undefined) {
      void this.#checkStalled();
    }
  }

  #park(wakeAt: number): void {
    this.turn.waits.disarm();
    this.turn.conclude({ kind: 'parked', wakeAt }).status = 'waiting_for_timer';
  }

  /** A non-durable await may still settle within the event loop's turn; it is reported as such then, with the place of the call (E5 d, e). */
  async #checkStalled(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    await yieldToEventLoop();
    await yieldToEventLoop();
    this.turn.inbox.post(async () => {
      const { turn } = this;
      const { coroutine } = turn.memory;
      if (!this.#checking || !turn.idle || turn.waits.size > 0) return;
      if (coroutine.outcome === undefined && coroutine.violation === undefined && coroutine.pendingCount === 0)
        coroutine.stall();
      await turn.absorb();
    });
  }
}
