import { historyFileName } from './history-file-name.js';

describe('historyFileName', () => {
  it.each([
    ['order-17', 'order-17.json'],
    ['a/b c', 'a%2Fb%20c.json'],
    ['..', '...json'],
    ['x'.repeat(250), `${'x'.repeat(250)}.json`],
  ])('is the id: %s', (id, name) => {
    expect(historyFileName(id)).toBe(name);
  });

  it('fits into a file system whatever the id, and differs where the ids differ', () => {
    const ids = [
      'x'.repeat(251),
      'x'.repeat(252),
      `${'ü'.repeat(254)}a`,
      `${'ü'.repeat(254)}b`,
      `x${'ü'.repeat(253)}b`,
      '🚲'.repeat(255),
    ];
    const names = ids.map(historyFileName);
    expect(new Set(names).size).toBe(ids.length);
    for (const name of names) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).toMatch(/^(?:x|%[0-9A-F]{2})+~[0-9a-f]{32}\.json$/);
    }
  });
});
