import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { toMilliseconds, type Duration, type InputFilter } from '@romancy/core';
import { InvalidArgumentError } from 'commander';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** A duration such as `30d`; `never` is none. */
export function durationOf(text: string): Duration | false {
  if (text === 'never') return false;
  return checked(() => {
    toMilliseconds(text as Duration);
    return text as Duration;
  }, 'Write it as 90s, 5m, 12h, 2d, 1w, or never.');
}

/** A moment: a date and time, or so long ago (`2h`). */
export function momentOf(text: string): number {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  return checked(
    () => Date.now() - toMilliseconds(text as Duration),
    'Write a time (2026-11-28T12:00:00Z) or how long ago (2h).',
  );
}

export function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}

/** Of an option that may be repeated. */
export function addText(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** `order.sku=widget`; what is JSON is taken as JSON. */
export function addInputFilter(text: string, before: readonly InputFilter[] = []): readonly InputFilter[] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Write path=value, for example order.sku=widget.');
  const raw = text.slice(equals + 1);
  let value: InputFilter['value'] = raw;
  try {
    const parsed: unknown = JSON.parse(raw);
    if (parsed === null || ['string', 'number', 'boolean'].includes(typeof parsed))
      value = parsed as InputFilter['value'];
  } catch {
    // A text without quotes.
  }
  return [...before, { path: text.slice(0, equals), value }];
}

/** JSON from the command line, from a file (`@order.json`) or from the standard input (`-`). */
export async function jsonArgument(text: string, terminal: Terminal): Promise<unknown> {
  const from = text === '-' ? 'The standard input' : text.startsWith('@') ? text.slice(1) : 'The argument';
  try {
    if (text === '-') return JSON.parse(await terminal.readInput());
    if (text.startsWith('@')) return JSON.parse(await readFile(resolve(terminal.cwd, text.slice(1)), 'utf8'));
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(EXIT.usage, `${from} is not JSON: ${reason}. Mind the quotes: '{"sku": "widget"}'.`, {
      cause: error,
    });
  }
}

function checked<T>(read: () => T, advice: string): T {
  try {
    return read();
  } catch {
    throw new InvalidArgumentError(advice);
  }
}
