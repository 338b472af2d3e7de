import { readdirSync, readFileSync } from 'node:fs';
import { ERROR_CODES } from '@romancy/core';

const root = new URL('../../', import.meta.url);
const INDEX = 'README.md';

interface CodeInSource {
  readonly code: string;
  readonly file: string;
  readonly className: string | undefined;
}

/** Places in the sources of the libraries that give a code: a field of an error class, or a fallback. */
function codesInSources(): readonly CodeInSource[] {
  return readdirSync(new URL('libs/', root)).flatMap((library) => {
    const sources = new URL(`libs/${library}/src/`, root);
    return readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(e2e-)?spec\.ts$/.test(file))
      .flatMap((file) => codesIn(readFileSync(new URL(file, sources), 'utf8'), `libs/${library}/src/${file}`));
  });
}

const FIELD = /\bcode(?:: \w+)? = '(ROMANCY_[A-Z0-9_]+)'/g;
const FALLBACK = /\bcode: [^'\n]+\? [^'\n]+ : '(ROMANCY_[A-Z0-9_]+)'/g;

function codesIn(text: string, file: string): readonly CodeInSource[] {
  const fields = [...text.matchAll(FIELD)].map((match) => ({
    code: match[1]!,
    file,
    className: [...text.slice(0, match.index).matchAll(/\bclass (\w+) extends \w+/g)].at(-1)?.[1],
  }));
  return [...fields, ...[...text.matchAll(FALLBACK)].map((match) => ({ code: match[1]!, file, className: undefined }))];
}

const found = codesInSources();
const codes = [...new Set([...found.map(({ code }) => code), ...Object.keys(ERROR_CODES)])].sort();
const files = readdirSync(new URL('docs/errors/', root)).filter((file) => file !== INDEX);
const page = (code: string): string => readFileSync(new URL(`docs/errors/${code}.md`, root), 'utf8');

describe('docs/errors', () => {
  it('has a page for every code, and none for anything else', () => {
    expect(codes.length).toBeGreaterThan(30);
    expect(files.sort()).toEqual(codes.map((code) => `${code}.md`));
  });

  it.each(codes)('%s says what happened, why, and what to do', (code) => {
    const text = page(code);
    expect(text).toMatch(new RegExp(`^# ${code}: \\S.*\\n`));
    for (const section of ['What happened', 'Why', 'What to do'])
      expect(text).toMatch(new RegExp(`\\n## ${section}\\n\\n\\S`));
  });

  it.each(Object.entries(ERROR_CODES))('%s has the title and names the class of the table of codes', (code, entry) => {
    expect(page(code)).toContain(`# ${code}: ${entry.title}\n\nClass \`${entry.errorClass.name}\`.`);
  });

  it.each(found.flatMap(({ code, className }) => (className === undefined ? [] : [{ code, className }])))(
    '$code names $className',
    ({ code, className }) => {
      expect(page(code)).toContain(`Class \`${className}\`.`);
    },
  );

  it('lists all codes with their titles', () => {
    const index = readFileSync(new URL(`docs/errors/${INDEX}`, root), 'utf8');
    for (const code of codes) {
      const title = /^# \w+: (.*)/.exec(page(code))?.[1] ?? '';
      expect(index).toContain(`| [${code}](${code}.md) |`);
      expect(index).toContain(`| ${title} |`);
    }
    expect(index.match(/^\| \[/gm)).toHaveLength(codes.length);
  });

  it('has every error class of the core in its table of codes', () => {
    const inCore = found.filter(({ file, className }) => file.startsWith('libs/core/') && className !== undefined);
    const missing = inCore.filter(({ code }) => !(code in ERROR_CODES));
    expect(missing).toEqual([]);
    expect(inCore.length).toBeGreaterThan(20);
  });
});
