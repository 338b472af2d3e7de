import { InvalidInstanceIdError } from '../errors/invalid-instance-id-error.js';

/** What every database of the family can hold as a key. */
const MAX_LENGTH = 255;

export function checkInstanceId(instanceId: string): void {
  if (typeof instanceId !== 'string' || instanceId === '')
    throw new InvalidInstanceIdError(instanceId, 'it is empty or no text');
  if (instanceId.length > MAX_LENGTH)
    throw new InvalidInstanceIdError(instanceId, `it has more than ${String(MAX_LENGTH)} characters`);
  if (instanceId.includes('\0') || !isWellFormed(instanceId)) {
    throw new InvalidInstanceIdError(
      instanceId,
      'it holds a NUL character or half a surrogate pair, which databases change or refuse',
    );
  }
  if (instanceId !== instanceId.trimEnd()) {
    throw new InvalidInstanceIdError(instanceId, 'it ends in white space, which some databases do not compare');
  }
}

function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
