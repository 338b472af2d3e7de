import type { FaultPoint, FaultReaction, MemoryStorage } from '@romancy/testing';

/** Keeps calls to the database waiting until they are let go. */
export class Hold {
  /** What waits or has waited here. */
  readonly points: FaultPoint[] = [];
  #release: () => void = () => undefined;
  #reaction: FaultReaction;
  readonly #released: Promise<void>;

  constructor(storage: MemoryStorage, matches: (point: FaultPoint) => boolean) {
    this.#released = new Promise((resolve) => (this.#release = resolve));
    storage.faults.intercept(async (point) => {
      if (!matches(point)) return undefined;
      this.points.push(point);
      await this.#released;
      return this.#reaction;
    });
  }

  get reached(): boolean {
    return this.points.length > 0;
  }

  /** Lets everything pass, also what comes later; the first calls with this reaction. */
  release(reaction?: FaultReaction): void {
    this.#reaction = reaction;
    this.#release();
  }
}

/** A commit of the committer's that records this step. */
export function records(stepId: string): (point: FaultPoint) => boolean {
  return ({ side, entries }) =>
    side === 'before' && entries.some(({ history }) => history.some(({ activityId }) => activityId === stepId));
}
