import { readdirSync, readFileSync } from 'node:fs';
import { ROOT } from './snippets/blocks.js';

const FOLDER = new URL('docs/decisions/', ROOT);
const files = readdirSync(FOLDER);

describe('decisions', () => {
  it('have a number each', () => {
    const numbers = files.map((file) => file.slice(0, 4));
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });

  it.each(files)('%s bears its number in its title', (file) => {
    expect(readFileSync(new URL(file, FOLDER), 'utf8')).toMatch(new RegExp(`^# ${file.slice(0, 4)} \\w`));
  });
});
