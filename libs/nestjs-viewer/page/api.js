// @ts-check
/** The JSON API beside this page. */

/** @typedef {{ readable: true, json: unknown } | { readable: false, reason: string }} StoredValue */

const ROOT = new URL('../api/', import.meta.url);

/** What the server refuses, with its own words. */
export class ApiError extends Error {
  /** @param {number} status @param {{ title?: string, detail?: string, errors?: { field: string, message: string }[] }} problem */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.errors = problem.errors ?? [];
  }
}

/** @type {Map<string, { tag: string, body: any }>} */
const seen = new Map();
const KEPT = 50;

/**
 * Reads; what has not changed is not sent again.
 * @param {string} path @param {URLSearchParams} [query]
 * @returns {Promise<any>}
 */
export async function get(path, query) {
  const url = new URL(path, ROOT);
  if (query) url.search = query.toString();
  const known = seen.get(url.href);
  const answer = await fetch(url, {
    headers: known ? { 'if-none-match': known.tag } : {},
    cache: 'no-store',
    credentials: 'same-origin',
  });
  if (answer.status === 304 && known) return known.body;
  if (!answer.ok) throw await problemOf(answer);
  const body = await answer.json();
  const tag = answer.headers.get('etag');
  if (tag) {
    seen.delete(url.href);
    seen.set(url.href, { tag, body });
    const oldest = seen.keys().next();
    if (seen.size > KEPT && !oldest.done) seen.delete(oldest.value);
  }
  return body;
}

/**
 * Acts.
 * @param {string} path @param {object} [body]
 * @returns {Promise<any>}
 */
export async function post(path, body = {}) {
  const answer = await fetch(new URL(path, ROOT), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-romancy-action': '1' },
    credentials: 'same-origin',
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}

/** @param {string} id */
export function instancePath(id) {
  return `instances/${encodeURIComponent(id)}`;
}

/** @param {Response} answer */
async function problemOf(answer) {
  try {
    return new ApiError(answer.status, await answer.json());
  } catch {
    return new ApiError(answer.status, {});
  }
}
