import { SerializationConflictError, StorageUnavailableError } from '../errors/storage-errors.js';
import { pastConflicts } from './past-conflicts.js';

describe('work that conflicts', () => {
  const failing = (times: number, error: Error) => {
    const done = { tries: 0 };
    const work = async (): Promise<string> => {
      done.tries += 1;
      if (done.tries <= times) throw error;
      return 'done';
    };
    return { done, work };
  };

  it('is repeated until nobody is in the way', async () => {
    const { done, work } = failing(3, new SerializationConflictError('a'));
    expect(await pastConflicts(work)).toBe('done');
    expect(done.tries).toBe(4);
  });

  it('is given up when somebody always is', async () => {
    const conflict = new SerializationConflictError('a');
    await expect(pastConflicts(failing(Infinity, conflict).work)).rejects.toBe(conflict);
  });

  it('is not repeated for any other reason', async () => {
    const { done, work } = failing(1, new StorageUnavailableError('a'));
    await expect(pastConflicts(work)).rejects.toBeInstanceOf(StorageUnavailableError);
    expect(done.tries).toBe(1);
  });
});
