import { createHash } from 'node:crypto';

/** Equal texts have equal tags. */
export function tagOf(text: string): string {
  return `"${createHash('sha1').update(text).digest('base64url')}"`;
}
