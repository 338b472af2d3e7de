import { TAG } from '../history/value-tag.js';

/** Strings, which are left as they are, and the numbers that JSON does not have. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|NaN|-?Infinity/g;

type Writer = (number: string) => string;

/** The form in which the codec has such a number. */
export const tagged: Writer = (number) => JSON.stringify({ [TAG]: 'number', value: number });
/** What JSON has in place of such a number. */
export const omitted: Writer = () => 'null';

/** JSON of what a sibling has stored: Python writes `NaN` and `Infinity`, which no other reader takes. */
export function standardJson(text: string, write: Writer): string {
  if (!/NaN|Infinity/.test(text)) return text;
  return text.replace(TOKENS, (token) => (token.startsWith('"') ? token : write(token)));
}
