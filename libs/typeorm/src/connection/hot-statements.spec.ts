import { nameOfStatement } from './hot-statements.js';

describe('nameOfStatement', () => {
  it('names a text that comes again and again, from the fifth time on and always the same', () => {
    const text = 'SELECT $1 AS again';
    const names = Array.from({ length: 7 }, () => nameOfStatement(text));
    expect(names.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    expect(new Set(names.slice(4)).size).toBe(1);
    expect(names[4]).toMatch(/^romancy_[0-9a-f]{24}$/);
  });

  it('has a limit: a name takes memory of each session of the server', () => {
    const texts = Array.from({ length: 300 }, (_, index) => `SELECT $1 AS number_${String(index)}`);
    for (let round = 0; round < 5; round += 1) texts.forEach(nameOfStatement);
    const named = texts.filter((text) => nameOfStatement(text) !== undefined);
    expect(named.length).toBeGreaterThan(100);
    expect(named.length).toBeLessThanOrEqual(200);
  });
});
