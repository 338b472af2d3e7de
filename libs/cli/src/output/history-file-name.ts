import { createHash } from 'node:crypto';

/** What file systems take, in bytes. */
const LONGEST = 255;
const ENDING = '.json';
const DIGEST_LENGTH = 32;

/** The name of the file with an instance's history: its id, and of an id that is too long the beginning and a digest. */
export function historyFileName(instanceId: string): string {
  const name = encodeURIComponent(instanceId);
  if (name.length + ENDING.length <= LONGEST) return name + ENDING;
  const digest = createHash('sha256').update(instanceId).digest('hex').slice(0, DIGEST_LENGTH);
  const beginning = name.slice(0, LONGEST - ENDING.length - DIGEST_LENGTH - 1).replace(/%.?$/, '');
  return `${beginning}~${digest}${ENDING}`;
}
