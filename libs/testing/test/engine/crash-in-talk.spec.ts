import { linesOf } from '../support/apart.js';
import type { ClusterOptions } from './cluster.js';

const PROGRAM = new URL('talk-crashes.ts', import.meta.url);

it.each<[string, Partial<ClusterOptions>]>([
  ['many writers', {}],
  ['a single writer', { singleWriter: true }],
  ['no coroutine kept in memory', { settings: { cacheSize: 0 } }],
])(
  'a process dies at any moment while workflows wait, talk and listen, and another one loses and doubles nothing (%s)',
  async (_name, options) => {
    const [undisturbed = 'null', ...rest] = await linesOf(PROGRAM, JSON.stringify(options));
    const tried = Number(rest.pop());
    expect(JSON.parse(undisturbed)).toMatchObject({
      jobs: ['a', 'after the start', 'b', 'c'],
      outbox: ['leader/announce:1'],
      left: [],
      violations: [],
    });
    expect(rest).toEqual([]);
    expect(tried).toBeGreaterThan(200);
  },
  240_000,
);
