/** Matches one token in which a semicolon means nothing: a quoted text, a comment, or a dollar-quoted body. */
const OPAQUE: readonly RegExp[] = [
  /'(?:[^'\\]|''|\\[\s\S])*'/y,
  /"(?:[^"]|"")*"/y,
  /`(?:[^`]|``)*`/y,
  /--[^\n]*/y,
  /\/\*[\s\S]*?\*\//y,
  /\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y,
];
const COMMENT = /^(?:--|\/\*)/;

/** Splits a script into statements. Comments are dropped, and so are semicolons that end nothing. */
export function splitSql(script: string): readonly string[] {
  const statements: string[] = [];
  let current = '';
  const finish = (): void => {
    if (current.trim() !== '') statements.push(current.trim());
    current = '';
  };
  for (let position = 0; position < script.length;) {
    const token = opaqueAt(script, position);
    if (token !== undefined) {
      current += COMMENT.test(token) ? ' ' : token;
      position += token.length;
      continue;
    }
    const character = script.charAt(position++);
    if (character === ';') finish();
    else current += character;
  }
  finish();
  return statements;
}

function opaqueAt(script: string, position: number): string | undefined {
  for (const pattern of OPAQUE) {
    pattern.lastIndex = position;
    const token = pattern.exec(script)?.[0];
    if (token !== undefined) return token;
  }
  return undefined;
}
