import { EventRefusedError, RetryAfterError } from '@romancy/core';

/** Statuses that say "not now", not "never". */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);
const SHOWN = 300;
const LONGEST_WAIT = 3_600_000;

/** Resolves for an answer that says the event was taken; otherwise throws what the relay acts on. */
export async function refuseUnlessTaken(response: Response): Promise<void> {
  const { status } = response;
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  const message = `The receiver answered ${String(status)}${await excerptOf(response)}`;
  if (status >= 400 && status < 500 && !LATER.has(status)) throw new EventRefusedError(message);
  const delay = retryAfter(response.headers.get('retry-after'));
  if (delay !== undefined) throw new RetryAfterError(message, { delay });
  throw new Error(message);
}

async function excerptOf(response: Response): Promise<string> {
  try {
    const text = (await response.text()).trim();
    return text === '' ? '.' : `: ${text.slice(0, SHOWN)}`;
  } catch {
    return '.';
  }
}

/** Milliseconds of a `Retry-After` in seconds or as a date; undefined where there is none that makes sense. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT);
}
