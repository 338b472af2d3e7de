import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/interop-defects.md', root), 'utf8');
const rows = [...page.matchAll(/^\| (B\d+b?) +\|.*\| +`([^`]+)`: (.+?) +\|$/gm)].map(([, id, file, name]) => [
  id,
  file,
  name,
]);

describe('docs/interop-defects.md', () => {
  it('has its tables', () => {
    expect(rows.length).toBeGreaterThan(60);
  });

  it.each(rows)('%s is shown by %s: %s', (_id, file = '', name = '') => {
    expect(readFileSync(new URL(file, root), 'utf8')).toContain(name);
  });
});
