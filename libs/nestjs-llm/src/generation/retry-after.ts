type Headers = Readonly<Record<string, string | undefined>>;

/** A server that asks for more is waited for no longer than this before the next try. */
const LONGEST_PAUSE = 24 * 3_600_000;

/** Milliseconds that a provider asks to wait: `retry-after-ms`, `retry-after` in seconds or as a date, or Gemini's `RetryInfo`. */
export function retryAfterOf(headers: Headers | undefined, body: string | undefined, now: number): number | undefined {
  const asked =
    number(headers?.['retry-after-ms']) ??
    pause(headers?.['retry-after'], now) ??
    (body === undefined ? undefined : retryInfo(body));
  return asked === undefined ? undefined : Math.min(Math.max(0, Math.ceil(asked)), LONGEST_PAUSE);
}

function pause(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const seconds = number(text);
  if (seconds !== undefined) return seconds * 1000;
  // Date.parse takes almost anything for a date, `-5` for example; dates of HTTP end in GMT.
  const moment = /GMT\s*$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(moment) ? undefined : moment - now;
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

/** `"retryDelay": "17s"` among the details of the error. */
function retryInfo(body: string): number | undefined {
  const seconds = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(body)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
