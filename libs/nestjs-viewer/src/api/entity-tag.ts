import { createHash } from 'node:crypto';

/** Equal texts have equal tags. */
export function tagOf(text: string): string {
  return `"${createHash('sha1').update(text).digest('base64url')}"`;
}

/**
 * Whether a value of `If-None-Match` names the tag: in a list, and as a weak one too, which a proxy has made of it when it compressed the answer
 * (RFC 9110, 13.1.2).
 */
export function isKnownTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || (ifNoneMatch.match(/"[^"]*"/g)?.includes(tag) ?? false);
}
