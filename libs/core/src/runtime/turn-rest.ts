import { yieldToEventLoop } from '../replay/quiescence.js';
import type { ActiveTurn } from './active-turn.js';

/** What a turn does when nothing is left to do in it: park, doze until a time that is near, hand back, or find that nothing can come any more. */
export class TurnRest {
  #checking = false;
  #dozing = false;

  constructor(private readonly turn: ActiveTurn) {}

  /** False unless the turn dozed. */
  rouse(): boolean {
    const dozed = this.#dozing;
    this.#dozing = false;
    if (dozed) this.turn.services.slots.reclaim(this.turn.instance.instanceId);
    return dozed;
  }

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
      if (wakeAt === undefined || wakeAt > services.clock.now()) this.#wait(wakeAt);
    } else if (stopping) {
      this.turn.conclude({ kind: 'released' });
    } else if (memory.coroutine.outcome === undefined) {
      void this.#checkStalled();
    }
  }

  #wait(wakeAt: number | undefined): void {
    const { receives, services, stopping } = this.turn;
    const left = (wakeAt ?? Infinity) - services.clock.now();
    const near = receives.size === 0 && left <= services.settings.parkSleepAfterMs;
    if (!near || stopping) this.#park(wakeAt);
    else if (!this.#dozing) {
      if (services.slots.mayLend) this.#doze();
      else this.#park(wakeAt);
    }
  }

  /** Keeps the lease: to claim the instance again for each of many sleeps that end together would make them late. */
  #doze(): void {
    const { journal, services, instance } = this.turn;
    this.#dozing = true;
    journal.draft.status = 'waiting_for_timer';
    journal.whenDurable(() => {
      if (this.#dozing) services.slots.lend(instance.instanceId);
    });
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
