import type { Mistake } from './mistake.js';

/** What a name belongs to, as it is written in messages. */
export type NameKind = 'workflow' | 'activity' | 'compensation';

export const DUPLICATE_NAME = (where: string, kind: NameKind, name: string, other: string): Mistake => ({
  where,
  problem: `${kind} name "${name}" is taken by ${other}`,
  cure: `Give one of them another name: ${decorated(kind)}`,
});

export const CLASHING_NAME = (
  where: string,
  kind: NameKind,
  name: string,
  other: string,
  otherName: string,
): Mistake => ({
  where,
  problem: `${kind} name "${name}" differs only in case or accents from "${otherName}" of ${other}; MySQL takes them for one`,
  cure: `Give one of them another name: ${decorated(kind)}`,
});

export const EMPTY_NAME = (where: string, kind: NameKind): Mistake => ({
  where,
  problem: `its ${kind} name is empty, or begins or ends with a space`,
  cure: `Name it: ${decorated(kind)}`,
});

export const UNPRINTABLE_NAME = (where: string, kind: NameKind): Mistake => ({
  where,
  problem: `its ${kind} name contains control characters`,
  cure: 'Use printable characters',
});

export const LONG_NAME = (where: string, kind: NameKind, length: number, limit: number): Mistake => ({
  where,
  problem: `its ${kind} name has ${String(length)} characters; MySQL has room for ${String(limit)}`,
  cure: `Shorten it: ${decorated(kind)}`,
});

export const ENGINE_PREFIX = (where: string, kind: NameKind, name: string): Mistake => ({
  where,
  problem: `${kind} name "${name}" begins with "$" or "compensation:", which mark rows of the engine`,
  cure: `Name it otherwise: ${decorated(kind)}`,
});

export const COLON_IN_NAME = (where: string, kind: NameKind, name: string): Mistake => ({
  where,
  problem: `${kind} name "${name}" contains ":", which separates the name from the counter in step ids`,
  cure: `Name it otherwise: ${decorated(kind)}`,
});

export const RESERVED_NAME = (where: string, kind: NameKind, name: string): Mistake => ({
  where,
  problem: `${kind} name "${name}" is the name of a step of the engine`,
  cure: `Name it otherwise: ${decorated(kind)}`,
});

function decorated(kind: NameKind): string {
  if (kind === 'workflow') return "@Workflow({ name: '…' })";
  return kind === 'activity' ? "@Activity({ name: '…' })" : "@CompensationFor('…', { name: '…' })";
}
