import { readFileSync, readdirSync } from 'node:fs';

export const ROOT = new URL('../../../', import.meta.url);

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** Line of the page in which its first line stands. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The pages that users read, without those of the errors. */
export function pages(): readonly string[] {
  const libraries = readdirSync(new URL('libs/', ROOT)).map((library) => `libs/${library}/README.md`);
  const topics = readdirSync(new URL('docs/', ROOT)).filter((file) => file.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', ...libraries, ...topics.map((file) => `docs/${file}`)];
}

export function textOf(page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8');
}

export function blocksOf(page: string): readonly Block[] {
  const text = textOf(page);
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map((fence) => {
    const [, language = '', code = ''] = fence;
    const line = text.slice(0, fence.index).split('\n').length + 1;
    return { page, line, language, text: code };
  });
}
