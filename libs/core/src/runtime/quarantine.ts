import type { RunnableInstance } from '../ports/lease.js';
import type { Logger } from '../ports/logger.js';

/** Taken over so often without any progress in between, an instance is suspected of taking its workers down. */
export const SUSPECT_FROM = 2;

/** Lets one suspect run at a time, so that it takes down nothing but itself, and is the one that is to blame (E16a). */
export class Quarantine {
  #inside: string | undefined;

  constructor(
    private readonly isRunning: (instanceId: string) => boolean,
    private readonly logger: Logger,
  ) {}

  /** Those that may run now: all that are not suspected, and one that is, if none runs here. */
  admit(found: readonly RunnableInstance[]): readonly string[] {
    if (this.#inside !== undefined && !this.isRunning(this.#inside)) this.#inside = undefined;
    const admitted: string[] = [];
    for (const { instanceId, takeovers } of found) {
      if (takeovers >= SUSPECT_FROM) {
        if (this.#inside !== undefined) continue;
        this.#inside = instanceId;
        this.logger.error(
          'An instance was taken over again and again without making progress: it may be what takes the workers down. It runs alone, and rests longer after each time.',
          { instanceId, takeovers },
        );
      }
      admitted.push(instanceId);
    }
    return admitted;
  }
}
