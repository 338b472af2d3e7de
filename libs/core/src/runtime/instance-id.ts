import { InvalidInstanceIdError } from '../errors/invalid-instance-id-error.js';

/** Characters that every database of the family can hold as a key. */
const MAX_LENGTH = 255;

/** @throws InvalidInstanceIdError */
export function checkInstanceId(instanceId: string): void {
  const problem = instanceIdProblem(instanceId);
  if (problem !== undefined) throw new InvalidInstanceIdError(instanceId, problem);
}

/** Why no instance can have this id; undefined for an id that is fine. */
export function instanceIdProblem(instanceId: unknown): string | undefined {
  if (typeof instanceId !== 'string' || instanceId === '') return 'it is empty or no text';
  // As databases count: a character outside of the basic plane is one, though its text has the length 2.
  if (instanceId.length > MAX_LENGTH && Array.from(instanceId).length > MAX_LENGTH)
    return `it has more than ${String(MAX_LENGTH)} characters`;
  if (instanceId.includes('\0') || !isWellFormed(instanceId)) {
    return 'it holds a NUL character or half a surrogate pair, which databases change or refuse';
  }
  if (instanceId !== instanceId.trimEnd()) return 'it ends in white space, which some databases do not compare';
  return undefined;
}

/** No half of a surrogate pair stands alone. */
export function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The id from which that of a later generation derives. */
export function firstGeneration(instanceId: string): string {
  return instanceId.replace(/(?<=.)~\d+$/s, '');
}

/**
 * Ids of later generations derive from the first id, so that two restarts at once meet in one row: `a`, `a~2`, `a~3`.
 *
 * @throws InvalidInstanceIdError where the id would get too long
 */
export function nextGeneration(first: string, latest: string): string {
  const suffix = latest.startsWith(`${first}~`) ? Number(latest.slice(first.length + 1)) : 1;
  const next = `${first}~${String(Number.isInteger(suffix) ? suffix + 1 : 2)}`;
  checkInstanceId(next);
  return next;
}
