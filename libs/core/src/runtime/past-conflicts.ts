import { SerializationConflictError } from '../errors/storage-errors.js';
import { pause } from './pause.js';
import { Repeats } from './repeats.js';

/** Repeats work that came to nothing because another transaction was in the way: ordinary where several servers take writes. */
export async function pastConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (const repeats = new Repeats(); ;) {
    try {
      return await work();
    } catch (error) {
      const wait = error instanceof SerializationConflictError ? repeats.next('conflict') : undefined;
      if (wait === undefined) throw error;
      await pause(wait);
    }
  }
}
