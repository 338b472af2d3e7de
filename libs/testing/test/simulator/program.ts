import type { Random } from '../../../../test/support/random.js';

/** What a simulated workflow does, as its input. */
export type Operation =
  | { readonly kind: 'store' | 'call' | 'idle' | 'note' | 'undo' | 'spawn' | 'refuse' }
  | { readonly kind: 'flaky'; readonly failures: number; readonly store: boolean }
  | { readonly kind: 'slow' | 'pay'; readonly takes: number }
  | { readonly kind: 'sleep'; readonly for: number }
  | { readonly kind: 'all' | 'race' | 'settled'; readonly branches: readonly Program[] }
  | { readonly kind: 'attempt'; readonly body: Program };

export type Program = readonly Operation[];

const SIMPLE = ['store', 'store', 'call', 'call', 'idle', 'note', 'undo', 'spawn'] as const;
const WAITS = [0, 300, 4000, 8000, 60_000];

export function randomProgram(random: Random): Program {
  const program = operations(random, random.int(2, 6), 2);
  // Every third one fails at its end, so that there is something to undo.
  return random.chance(0.35) ? [...program, { kind: 'refuse' }] : program;
}

function operations(random: Random, count: number, depth: number): Program {
  return Array.from({ length: count }, () => operation(random, depth));
}

function operation(random: Random, depth: number): Operation {
  const kind = random.int(0, depth > 0 ? 10 : 7);
  if (kind === 4) return { kind: 'flaky', failures: random.int(1, 3), store: random.chance(0.5) };
  if (kind === 5) return { kind: 'slow', takes: random.pick([100, 3000, 25_000]) };
  if (kind === 6) return { kind: 'sleep', for: random.pick(WAITS) };
  if (kind === 7)
    return { kind: 'attempt', body: [...operations(random, random.int(1, 2), depth - 1), { kind: 'refuse' }] };
  if (kind > 8) {
    const branches = Array.from({ length: random.int(2, 3) }, () => operations(random, random.int(1, 2), depth - 1));
    return { kind: random.pick(['all', 'all', 'race', 'settled'] as const), branches };
  }
  return { kind: random.pick(SIMPLE) };
}

/** Whether the program fails when nobody cancels it; a race may hide a failure, so only its end counts. */
export function endsByFailing(program: Program): boolean {
  return program.at(-1)?.kind === 'refuse';
}
