import { readdirSync } from 'node:fs';

function suites(folder: string): readonly string[] {
  return readdirSync(new URL(`./${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.spec.ts'))
    .sort();
}

describe('the suites without a cache', () => {
  it('are those with one', () => {
    expect(suites('engine-uncached')).toEqual(suites('engine'));
  });
});
