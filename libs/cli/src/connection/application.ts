import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { ApplicationPlace } from './target.js';

const TIMEOUT_MS = 30_000;

export interface Answer {
  readonly status: number;
  /** Parsed, where it was JSON. */
  readonly body: unknown;
}

export interface Call {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** A running application, over HTTP. */
export class Application {
  constructor(private readonly place: ApplicationPlace) {}

  get url(): string {
    return this.place.url;
  }

  /** Path of a call of the viewer's JSON API. */
  api(...segments: readonly string[]): string {
    return [this.place.viewerPath, 'api', ...segments.map(segmentOf)].join('/');
  }

  get eventsPath(): string {
    return this.place.eventsPath;
  }

  /** @throws CliError unless it was answered with success */
  async get(call: Call): Promise<unknown> {
    return this.#successful('GET', call);
  }

  /** @throws CliError unless it was answered with success */
  async post(call: Call): Promise<unknown> {
    return this.#successful('POST', call);
  }

  /** Whatever is answered. */
  async ask(
    method: 'GET' | 'POST',
    { path, query = {}, body, contentType = 'application/json' }: Call,
  ): Promise<Answer> {
    const url = this.#urlOf(path);
    for (const [name, values] of Object.entries(query))
      for (const value of typeof values === 'string' ? [values] : (values ?? [])) url.searchParams.append(name, value);
    // What acts asks for a header that no form of another site can send.
    const headers: Record<string, string> = {
      accept: 'application/json',
      'x-romancy-action': '1',
      ...this.place.headers,
    };
    if (body !== undefined) headers['content-type'] = contentType;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const init = { method, headers, signal, redirect: 'error' as const };
      const response = await fetch(url, body === undefined ? init : { ...init, body: JSON.stringify(body) });
      return { status: response.status, body: parse(await response.text()) };
    } catch (error) {
      throw new CliError(EXIT.unreachable, `The application at ${this.url} does not answer: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  async #successful(method: 'GET' | 'POST', call: Call): Promise<unknown> {
    const { status, body } = await this.ask(method, call);
    if (status >= 200 && status < 300) return body;
    if (status === 404 && !isProblem(body)) throw this.withoutRoute(call.path);
    throw failure(`${method} ${this.#urlOf(call.path).href}`, status, body);
  }

  /** There is an application, but nothing at this path. */
  withoutRoute(path: string): CliError {
    const cure = path.startsWith(this.api())
      ? 'Mount RomancyViewerModule, name its path with --viewer-path, or name the database with --database.'
      : 'Mount that route, or name its path with --path.';
    return new CliError(EXIT.notFound, `The application at ${this.url} has nothing at ${path}. ${cure}`);
  }

  #urlOf(path: string): URL {
    const base = this.place.url.replace(/\/+$/, '');
    try {
      return new URL(`${base}/${path.replace(/^\/+/, '')}`);
    } catch (error) {
      throw new CliError(EXIT.usage, `"${this.place.url}" is not a URL; write for example http://localhost:3000.`, {
        cause: error,
      });
    }
  }
}

/**
 * A text as one part of a path.
 *
 * @throws CliError for dots, which mean another folder there, however they are written
 */
export function segmentOf(text: string): string {
  if (text === '.' || text === '..')
    throw new CliError(EXIT.usage, `"${text}" cannot be a part of a URL: name the database with --database.`);
  return encodeURIComponent(text);
}

/** Whether the application itself has answered so, and not the lack of a route. */
export function isProblem(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'title' in body;
}

/** What a refusal means. */
export function failure(call: string, status: number, body: unknown): CliError {
  const text = (name: string): string | undefined => {
    const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const errors = (body as { errors?: readonly { field?: string; message?: string }[] } | null)?.errors ?? [];
  const fields = errors.map(({ field = '', message = '' }) => `${field} ${message}`.trim()).join('; ');
  const detail = [text('detail') ?? text('title') ?? text('message'), fields].filter(Boolean).join(': ');
  return new CliError(exitCode(status), `${call} was answered ${String(status)}${detail === '' ? '' : `: ${detail}`}`);
}

function exitCode(status: number): ExitCode {
  if (status === 404) return EXIT.notFound;
  if (status >= 500) return status === 503 ? EXIT.unreachable : EXIT.failed;
  return EXIT.refused;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError) return cause.errors.map(String).join(', ');
  return String(cause ?? error);
}
