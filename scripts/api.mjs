/**
 * The public surface of each library as text, so that a change of it is seen in review:
 *   node scripts/api.mjs update     writes api/<library>.api.md from the built declarations
 *   node scripts/api.mjs check      exits 1 and shows the difference when they are not what the build says
 * Listed are the exported declarations of every entry point and, below them, what those refer to without exporting it.
 * Comments and private members are left out; names from other packages stand as they are. Both commands also fail when
 * the built declarations do not compile, which users with `skipLibCheck` would only meet as an `any`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import ts from 'typescript';
import { libraries, root } from './libraries.mjs';

const printer = ts.createPrinter({ removeComments: true });

function entriesOf({ folder, manifest }) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object' && target.types)
    .map(([path, target]) => ({ name: join(manifest.name, path), file: join(folder, target.types) }));
}

/** A declaration without its private members. */
function withoutPrivate(node) {
  const isPrivate = (member) =>
    (member.name && ts.isPrivateIdentifier(member.name)) ||
    (ts.canHaveModifiers(member) && ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.PrivateKeyword));
  if (!ts.isClassDeclaration(node)) return node;
  const members = node.members.filter((member) => !isPrivate(member));
  return ts.factory.updateClassDeclaration(
    node,
    node.modifiers,
    node.name,
    node.typeParameters,
    node.heritageClauses,
    members,
  );
}

function print(declaration) {
  // a variable is printed with its statement, which says const
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : withoutPrivate(declaration);
  return printer
    .printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile())
    .replace(/^export (default )?/, '');
}

class Report {
  constructor(library, program) {
    this.library = library;
    this.checker = program.getTypeChecker();
    this.program = program;
    this.listed = new Set();
    this.found = new Map();
  }

  isOwn(declaration) {
    return declaration.getSourceFile().fileName.startsWith(join(this.library.folder, 'dist') + sep);
  }

  resolve(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** Queues what a declaration names and this library declares. */
  follow(node) {
    if (ts.isIdentifier(node)) {
      const symbol = this.checker.getSymbolAtLocation(node);
      const target = symbol && this.resolve(symbol);
      const top = target?.declarations?.find((d) => this.isOwn(d) && isTopLevel(d));
      if (top && !this.listed.has(target)) this.found.set(target, target.getName());
    }
    ts.forEachChild(node, (child) => this.follow(child));
  }

  declarations(symbol, name) {
    const target = this.resolve(symbol);
    this.listed.add(target);
    const own = (target.declarations ?? []).filter((declaration) => this.isOwn(declaration));
    if (own.length === 0) {
      const from = target.declarations?.[0]?.getSourceFile().fileName ?? '';
      return [`export { ${name} } from '${packageOf(from)}';`];
    }
    return own.map((declaration) => {
      this.follow(ts.isClassDeclaration(declaration) ? withoutPrivate(declaration) : declaration);
      const renamed = target.getName() === name ? '' : `// exported as ${name}\n`;
      return renamed + print(declaration);
    });
  }

  entry({ name, file }) {
    const source = this.program.getSourceFile(file);
    const symbol = source && this.checker.getSymbolAtLocation(source);
    const exported = symbol ? this.checker.getExportsOfModule(symbol) : [];
    const sorted = [...exported].sort((a, b) => (a.getName() < b.getName() ? -1 : 1));
    return section(
      `## ${name}`,
      sorted.flatMap((item) => this.declarations(item, item.getName())),
    );
  }

  referenced() {
    const blocks = [];
    for (;;) {
      const [symbol] = [...this.found.keys()].filter((candidate) => !this.listed.has(candidate));
      if (!symbol) break;
      blocks.push(...this.declarations(symbol, symbol.getName()));
    }
    return blocks.length > 0 ? section('## Referred to, not exported', blocks.sort()) : '';
  }

  text() {
    const entries = entriesOf(this.library).map((entry) => this.entry(entry));
    const title = `# ${this.library.manifest.name}\n\nWritten by \`npm run api:update\`; do not edit.\n`;
    return [title, ...entries, this.referenced()].filter(Boolean).join('\n');
  }
}

function isTopLevel(declaration) {
  const holder = ts.isVariableDeclaration(declaration) ? declaration.parent.parent.parent : declaration.parent;
  return holder !== undefined && ts.isSourceFile(holder);
}

function packageOf(file) {
  const library = libraries().find(({ folder }) => file.startsWith(folder + sep));
  return library?.manifest.name ?? /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'unknown';
}

function section(title, blocks) {
  return `${title}\n\n\`\`\`ts\n${blocks.join('\n\n')}\n\`\`\`\n`;
}

function compare(name, file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return true;
  const folder = mkdtempSync(join(tmpdir(), 'romancy-api-'));
  writeFileSync(join(folder, 'built'), text);
  spawnSync('diff', ['-u', existsSync(file) ? file : '/dev/null', join(folder, 'built')], { stdio: ['ignore', 2, 2] });
  rmSync(folder, { recursive: true });
  console.error(`api/${name} is not what the build says: look at the difference, then npm run api:update`);
  return false;
}

const all = libraries();
const program = ts.createProgram(
  all.flatMap(entriesOf).map(({ file }) => file),
  {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    types: ['node'],
  },
);
const own = program
  .getSourceFiles()
  .filter(({ fileName }) => all.some(({ folder }) => fileName.startsWith(folder + sep)));
const mistakes = own.flatMap((file) => program.getSemanticDiagnostics(file));
if (mistakes.length > 0) {
  const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' };
  console.error(ts.formatDiagnostics(mistakes, host));
  process.exitCode = 1;
}
const mode = process.argv[2];
mkdirSync(join(root, 'api'), { recursive: true });
for (const library of all) {
  const name = `${library.name}.api.md`;
  const file = join(root, 'api', name);
  const text = new Report(library, program).text();
  if (mode === 'update') writeFileSync(file, text);
  else if (!compare(name, file, text)) process.exitCode = 1;
}
