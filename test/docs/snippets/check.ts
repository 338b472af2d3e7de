import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ROOT } from './blocks.js';

/** Diagnostics by the name of the file that they are about. */
export type Diagnoses = ReadonlyMap<string, readonly { readonly line: number; readonly message: string }[]>;

/** A page shows no more than what matters to it. */
const RELAXED = {
  noUnusedLocals: false,
  noUnusedParameters: false,
  noImplicitReturns: false,
  noImplicitOverride: false,
  verbatimModuleSyntax: false,
  isolatedModules: false,
};

const at = (file: string): string => fileURLToPath(new URL(file, ROOT));

/** Checks files that exist in memory alone, with the settings of the repository, beside its real ones. */
export function check(files: ReadonlyMap<string, string>): Diagnoses {
  const program = programOf(files);
  return new Map([...files.keys()].map((name) => [name, diagnose(program, at(name))]));
}

/** The module that each name comes from; the first one that exports it. */
export function exportsOf(specifiers: readonly string[]): ReadonlyMap<string, string> {
  const probe = 'test/docs/snippets/probe.ts';
  const program = programOf(new Map([[probe, specifiers.map((from) => `import '${from}';`).join('\n')]]));
  const checker = program.getTypeChecker();
  const names = new Map<string, string>();
  for (const statement of program.getSourceFile(at(probe))?.statements ?? []) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
    if (!module) throw new Error(`${statement.moduleSpecifier.text} cannot be found.`);
    for (const { name } of checker.getExportsOfModule(module)) {
      if (!names.has(name)) names.set(name, statement.moduleSpecifier.text);
    }
  }
  return names;
}

function programOf(files: ReadonlyMap<string, string>): ts.Program {
  const { config } = ts.readConfigFile(at('tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, at('.'));
  const checked: ts.CompilerOptions = { ...options, ...RELAXED, noEmit: true };
  const host = ts.createCompilerHost(checked);
  const texts = new Map([...files].map(([name, text]) => [at(name), text]));
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  return ts.createProgram([...texts.keys()], checked, host);
}

function diagnose(program: ts.Program, file: string): { line: number; message: string }[] {
  const source = program.getSourceFile(file);
  if (!source) throw new Error(`${file} was not read.`);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => ({
    line: source.getLineAndCharacterOfPosition(found.start ?? 0).line + 1,
    message: ts.flattenDiagnosticMessageText(found.messageText, ' '),
  }));
}
