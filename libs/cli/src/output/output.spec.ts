import { shown } from './json.js';
import { plain, span, until } from './plain.js';
import { Progress } from './progress.js';
import { facts, table } from './table.js';

describe('output for people', () => {
  it('moves no cursor, whatever is in the database', () => {
    expect(plain('a\u001b[2Jb\nc\u009b')).toBe('a\\x1b[2Jb\\x0ac\\x9b');
    expect(table(['A'], [['\u001b[31m']])).toBe('A\n\\x1b[31m');
    expect(shown({ readable: true, json: { a: '\u001b[2J\u009b2J' } }, 2)).toBe('{\n  "a": "\\u001b[2J\\u009b2J"\n}');
    expect(shown({ readable: false, reason: 'Unexpected \u001b[2J' })).toBe('(not readable: Unexpected \\x1b[2J)');
  });

  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1000, '1s'],
    [61_000, '1m 1s'],
    [3_600_000, '1h'],
    [3_601_000, '1h'],
    [90_061_000, '1d 1h'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(span(milliseconds)).toBe(text);
  });

  it('knows the future from the past', () => {
    expect(until(2000, 1000)).toBe('in 1s');
    expect(until(1000, 2000)).toBe('due 1s ago');
  });

  it('puts columns under each other, and leaves out what is not given', () => {
    expect(
      table(
        ['ID', 'STAGE'],
        [
          ['order-1', null],
          ['x', 'paid'],
        ],
      ),
    ).toBe('ID       STAGE\norder-1\nx        paid');
    expect(
      facts([
        ['A', '1'],
        ['Longer', '2'],
        ['None', null],
      ]),
    ).toBe('A:      1\nLonger: 2');
  });

  it('shows progress only where somebody looks', () => {
    const lines: string[] = [];
    const terminal = { out: () => undefined, note: () => undefined, env: {}, cwd: '', readInput: async () => '' };
    const seen = new Progress({ ...terminal, status: (text) => lines.push(text) }, 'exported');
    seen.at(1, 3);
    seen.end();
    const unseen = new Progress({ ...terminal, status: undefined }, 'exported');
    unseen.at(1);
    unseen.end();
    expect(lines).toEqual(['exported: 1 of 3', '']);
  });
});
