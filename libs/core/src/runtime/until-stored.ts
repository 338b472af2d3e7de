import { SerializationConflictError, StorageUnavailableError } from '../errors/storage-errors.js';
import type { ActiveTurn } from './active-turn.js';
import { pause } from './pause.js';

const FIRST_DELAY = 20;
const LONGEST_DELAY = 2_000;

/** Repeats what failed for a passing reason; undefined once the turn is over. */
export async function untilStored<T>(turn: ActiveTurn, work: () => Promise<T>): Promise<T | undefined> {
  for (let delay = FIRST_DELAY; !turn.isOver(); delay = Math.min(delay * 2, LONGEST_DELAY)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StorageUnavailableError || error instanceof SerializationConflictError)) {
        turn.lose(error);
        return undefined;
      }
      await pause(delay * (0.5 + Math.random() / 2));
    }
  }
  return undefined;
}
