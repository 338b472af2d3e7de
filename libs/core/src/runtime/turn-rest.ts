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
    const { waits, receives, memory, stopping, services } = this.turn;
    const waiting = waits.size + receives.untimed;
    const wakeAt = waits.earliest;
    if (waiting > 0 && waiting === memory.coroutine.pendingCount) {
      // A deadline that has passed is about to fire here: parking would only cost a claim.
      if (wakeAt === undefined || wakeAt > services.clock.now()) this.#park(wakeAt);
    } else if (stopping) {
      this.turn.conclude({ kind: 'released' });
    } else if (memory.coroutine.outcome === undefined) {
      void this.#checkStalled();
    }
  }

  #park(wakeAt: number | undefined): void {
    const { waits, receives } = this.turn;
    waits.disarm();
    receives.park();
    this.turn.conclude({ kind: 'parked', wakeAt }).status =
      receives.size > 0 ? 'waiting_for_message' : 'waiting_for_timer';
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
      if (!this.#checking || !turn.idle || turn.waits.size + turn.receives.size > 0) return;
      if (coroutine.outcome === undefined && coroutine.violation === undefined && coroutine.pendingCount === 0)
        coroutine.stall();
      await turn.absorb();
    });
  }
}
