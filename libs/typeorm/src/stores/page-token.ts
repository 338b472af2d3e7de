import { RomancyError } from '@romancy/core';

/** A page token that no listing has answered. */
export class PageTokenError extends RomancyError {
  readonly code = 'ROMANCY_PAGE_TOKEN';

  constructor() {
    super('The page token is not one that a listing has answered. Pass nextPageToken of the page before, unchanged.');
  }
}

export interface PagePosition {
  readonly startedAt: number;
  /** Empty: everything that started at that time, or later, is done with. */
  readonly instanceId: string;
}

const SEPARATOR = '||';

export function toPageToken({ startedAt, instanceId }: PagePosition): string {
  return new Date(startedAt).toISOString() + SEPARATOR + instanceId;
}

export function parsePageToken(token: string): PagePosition {
  const end = token.indexOf(SEPARATOR);
  const startedAt = Date.parse(token.slice(0, Math.max(end, 0)));
  const instanceId = token.slice(end + SEPARATOR.length);
  if (end < 0 || Number.isNaN(startedAt) || toPageToken({ startedAt, instanceId }) !== token)
    throw new PageTokenError();
  return { startedAt, instanceId };
}
