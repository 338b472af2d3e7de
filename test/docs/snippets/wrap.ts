/**
 * Makes a module out of what a page shows: a whole file, members of a class, or statements out of some method. What it
 * uses without importing it comes from the packages or from surroundings.ts.
 */
export function moduleOf(
  code: string,
  names: ReadonlyMap<string, string>,
): { readonly text: string; readonly shift: number } {
  const { before, after } = wrappingOf(code);
  const body = code.replaceAll('{ … }', '{ throw new Error(); }');
  const head = `${importsFor(body, names)}${before}`;
  return { text: `${head}${body}${after}`, shift: head.split('\n').length - 1 };
}

function wrappingOf(code: string): { readonly before: string; readonly after: string } {
  const isWhole = /^(import|export|class|@Module|@Workflow|@Injectable)\b/m.test(code);
  if (isWhole || /^describe\(/m.test(code)) return { before: '', after: '\nexport {};\n' };
  if (/^@\w+\([^\n]*\n(async )?\w+\(/.test(code)) {
    return { before: `class Fragment extends Surroundings {\n`, after: '}\nexport { Fragment };\n' };
  }
  if (/^\w+: /.test(code)) return { before: 'export const fragment = {\n', after: '};\n' };
  return {
    before: `class Fragment extends Surroundings { async fragment(): Promise<unknown> {\n`,
    after: 'return undefined; } }\nexport { Fragment };\n',
  };
}

function importsFor(code: string, names: ReadonlyMap<string, string>): string {
  const own = new Set(
    [...code.matchAll(/\b(?:class|interface|const|function) (\w+)|\bimport [^;]*;/g)].flatMap((match) =>
      match[1] === undefined ? (match[0].match(/\w+/g) ?? []) : [match[1]],
    ),
  );
  const used = new Set([...(code.match(/\b[A-Za-z_]\w*\b/g) ?? []), 'Surroundings']);
  // In one line, so that lines of the page are easily found again.
  return [...used]
    .filter((name) => !own.has(name))
    .map((name) => [name, names.get(name)])
    .filter(([, from]) => from !== undefined)
    .map(([name, from]) => `import { ${name} } from '${from}'; `)
    .join('');
}
