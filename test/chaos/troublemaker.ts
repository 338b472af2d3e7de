import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.js';
import type { TroubledDatabase } from './database-trouble.js';
import type { Fleet } from './fleet.js';

/** Kills, stops and halts processes, and troubles their database, until it is time. */
export class Troublemaker {
  readonly deeds = { kills: 0, stops: 0, pauses: 0 };

  constructor(
    private readonly random: Random,
    private readonly fleet: Fleet,
    private readonly database: TroubledDatabase,
  ) {}

  async run(until: number): Promise<void> {
    while (Date.now() < until) {
      await sleep(this.random.int(300, 2_500));
      const dice = this.random.next();
      if (dice < 0.25) await this.#troubleDatabase();
      else this.#troubleWorker(dice);
    }
  }

  async #troubleDatabase(): Promise<void> {
    try {
      await this.database.trouble(this.random);
    } catch (error) {
      // A lock that somebody else holds, a connection that another one has cut. What has no database at all ends everything.
      console.error(`trouble that could not be made: ${String(error)}`);
    }
  }

  #troubleWorker(dice: number): void {
    const { awake } = this.fleet;
    if (awake.length === 0) return;
    const worker = this.random.pick(awake);
    if (dice < 0.6) {
      this.deeds.kills += 1;
      this.fleet.replace(worker, 'kill', this.random.int(0, 1_500));
    } else if (dice < 0.75) {
      this.deeds.stops += 1;
      this.fleet.replace(worker, 'stop', this.random.int(0, 1_500));
    } else {
      this.deeds.pauses += 1;
      this.fleet.pause(worker, this.random.pick([500, 2_000, 5_000, 8_000, 20_000]));
    }
  }
}
