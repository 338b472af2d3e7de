import { existsSync, readFileSync } from 'node:fs';
import { blocksOf, pages, ROOT, textOf, type Block } from './snippets/blocks.js';
import { check, exportsOf, type Diagnoses } from './snippets/check.js';
import { moduleOf } from './snippets/wrap.js';

const FOLDER = 'test/docs/snippets';
/** Where names come from that a page does not import. */
const MODULES = [
  './surroundings.js',
  '@romancy/nestjs',
  '@romancy/nestjs-llm',
  '@romancy/nestjs-mcp',
  '@romancy/nestjs-viewer',
  '@romancy/otel',
  '@romancy/testing',
  '@romancy/testing/contract',
  '@nestjs/common',
  '@nestjs/testing',
  '@nestjs/typeorm',
  'typeorm',
  'node:fs/promises',
  'node:fs',
];

const snippets = pages()
  .flatMap((page) => blocksOf(page))
  .filter(({ language }) => language === 'ts');

interface Checkable {
  readonly file: string;
  readonly text: string;
  /** Line of the page that the first line of the file would have. */
  readonly offset: number;
}

/** A file of the README names itself in its first line; everything else is a piece of something. */
function checkable({ page, line, text }: Block, index: number, names: ReadonlyMap<string, string>): Checkable {
  const named = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
  if (page === 'README.md' && named !== undefined) return { file: `${FOLDER}/readme/${named}`, text, offset: line };
  const { text: whole, shift } = moduleOf(text, names);
  return { file: `${FOLDER}/${page.replaceAll(/\W/g, '-')}-${index}.ts`, text: whole, offset: line - shift };
}

describe('TypeScript in the pages', () => {
  let files: readonly Checkable[];
  let diagnoses: Diagnoses;

  beforeAll(() => {
    const names = exportsOf(MODULES);
    files = snippets.map((snippet, index) => checkable(snippet, index, names));
    diagnoses = check(new Map(files.map(({ file, text }) => [file, text])));
  }, 120_000);

  it('is there', () => {
    expect(snippets.length).toBeGreaterThan(30);
    expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
  });

  it.each(snippets.map(({ page, line }, index) => ({ page, line, index })))(
    'compiles: $page, line $line',
    ({ page, index }) => {
      const { file, offset } = files[index]!;
      const problems = diagnoses.get(file)!.map(({ line, message }) => `${page}:${offset + line - 1} ${message}`);
      expect(problems).toEqual([]);
    },
  );
});

describe('commands in the pages', () => {
  const { scripts, dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(new URL('package.json', ROOT), 'utf8'),
  ) as Record<'scripts' | 'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>;

  it('are scripts of the repository', () => {
    const named = pages().flatMap((page) =>
      [...textOf(page).matchAll(/\bnpm run (\w[\w:-]*)/g)].map(([, name]) => name!),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('install packages that are used here', () => {
    const known = { ...dependencies, ...devDependencies, ...optionalDependencies };
    const lines = pages().flatMap((page) => textOf(page).match(/^npm install .*$/gm) ?? []);
    const installed = lines
      .flatMap((line) => line.replace(/\s#.*/, '').split(' ').slice(2))
      .filter((name) => !/^(-|$)/.test(name));
    expect(installed.length).toBeGreaterThan(5);
    expect(installed.filter((name) => !(name in known))).toEqual([]);
  });

  it('run files that exist', () => {
    const run = pages().flatMap((page) => [...textOf(page).matchAll(/\bnode ((?:examples|scripts)\/\S+?\.\w+)/g)]);
    expect(run.map(([, file]) => file!).filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([]);
  });
});

describe('links of the pages', () => {
  it.each(pages())('of %s lead somewhere', (page) => {
    const targets = [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    expect(targets.filter((target) => !existsSync(new URL(target, new URL(page, ROOT))))).toEqual([]);
  });
});
