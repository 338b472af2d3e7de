// @ts-check
/**
 * Steps in the order in which they stand in the source of a workflow, with what they stand in. The source is read as a text: what it computes stays
 * unknown, so this is a map, not a proof.
 * @typedef {{ name: string, kind: 'activity' | 'timer' | 'message', inside: string[] }} SourceStep
 */

const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\[\s\S]|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\b(?:if|else|for|while|do|catch|finally)\b|[{}]|[\w$][\w$.]*\s*\(/g;
const BLOCKS = /** @type {Record<string, string>} */ ({
  if: 'if',
  else: 'else',
  for: 'loop',
  while: 'loop',
  do: 'loop',
  catch: 'on failure',
  finally: 'finally',
});
/** Methods of injected objects that are no steps. */
const QUIET = new Set(['log', 'debug', 'warn', 'error', 'verbose', 'info']);

/** @param {string} source @returns {SourceStep[]} */
export function stepsOf(source) {
  const begin = source.search(/\brun\s*\(/);
  if (begin < 0) return [];
  /** @type {SourceStep[]} */
  const steps = [];
  /** @type {string[]} */
  const blocks = [];
  let block = '';
  const tokens = [...source.slice(begin).matchAll(TOKENS)].map(([token]) => token);
  tokens.forEach((token, index) => {
    if (token === '{') {
      blocks.push(block);
      block = '';
    } else if (token === '}') {
      blocks.pop();
    } else if (BLOCKS[token] !== undefined) {
      block = BLOCKS[token] ?? '';
    } else if (token.endsWith('(') && index > 0) {
      const step = stepOf(token.slice(0, -1).trim(), tokens[index + 1] ?? '');
      if (step) steps.push({ ...step, inside: blocks.filter((each) => each !== '') });
    }
  });
  return steps;
}

/** @param {string} call @param {string} next @returns {Omit<SourceStep, 'inside'> | undefined} */
function stepOf(call, next) {
  const [object, ...path] = call.split('.');
  const method = path.at(-1) ?? '';
  if (object === 'this' && path.length === 2) return QUIET.has(method) ? undefined : { name: method, kind: 'activity' };
  if (path.length !== 1) return undefined;
  if (method === 'sleep' || method === 'sleepUntil') return { name: 'sleep', kind: 'timer' };
  const literal = /^['"`](.*)['"`]$/s.exec(next)?.[1];
  if (method === 'waitEvent' || method === 'receive') {
    return { name: literal === undefined ? 'receive' : `receive_${literal}`, kind: 'message' };
  }
  return method === 'step' && literal !== undefined ? { name: literal, kind: 'activity' } : undefined;
}
