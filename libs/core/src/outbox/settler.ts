import { SerializationConflictError, StorageUnavailableError } from '../errors/storage-errors.js';
import type { Logger } from '../ports/logger.js';
import type { OutboxOutcome, OutboxStore } from '../ports/outbox.js';
import { pause } from '../runtime/pause.js';

const TRIES = 6;
const FIRST_PAUSE_MS = 100;

/** Notes the outcomes of one claim: while one group is being written, the next one gathers. */
export class Settler {
  #waiting: OutboxOutcome[] = [];
  #writing: Promise<void> | undefined;

  constructor(
    private readonly store: OutboxStore,
    private readonly token: string,
    private readonly logger: Logger,
  ) {}

  add(outcome: OutboxOutcome): Promise<void> {
    this.#waiting.push(outcome);
    this.#writing ??= this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    // What is added in this turn of the event loop goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const outcomes = this.#waiting;
      this.#waiting = [];
      await this.#settle(outcomes);
    }
    this.#writing = undefined;
  }

  /** What cannot be noted is sent once more when the claim has run out: at least once. */
  async #settle(outcomes: readonly OutboxOutcome[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const settled = await this.store.settle(this.token, outcomes);
        if (settled < outcomes.length) {
          this.logger.warn('Events were sent after their claim had run out; another relay may have sent them too.', {
            events: outcomes.length - settled,
          });
        }
        return;
      } catch (error) {
        const passing = error instanceof StorageUnavailableError || error instanceof SerializationConflictError;
        if (!passing || attempt === TRIES) {
          this.logger.error('The outcome of sent events could not be noted; they will be sent again.', {
            events: outcomes.map(({ eventId }) => eventId),
            error,
          });
          return;
        }
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }
}
