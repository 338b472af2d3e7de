import type { DescribedValue } from '../schema/described-value.js';
import { issueText } from '../schema/issues.js';
import { toJson } from '../schema/to-json.js';
import type { CallToolResult } from '../sdk.js';

/** A tool error, which the model gets to read. */
export function refused(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}

/**
 * Structured content with its JSON as text, for clients that know only one of them.
 * @param hint What to do next, in a text of its own.
 */
export function structured(value: Record<string, unknown>, hint?: string): CallToolResult {
  const texts = hint === undefined ? [JSON.stringify(value)] : [JSON.stringify(value), hint];
  return { structuredContent: value, content: texts.map((text) => ({ type: 'text', text })) };
}

/** What a tool has returned, as the protocol has it. */
export async function answerOf(
  name: string,
  answer: unknown,
  output: DescribedValue | undefined,
): Promise<CallToolResult> {
  if (isToolResult(answer)) return answer;
  if (!output) return plainAnswer(answer);
  const checked = await output.check(answer);
  if (checked.issues)
    return refused(`${name} answered what its output schema does not allow: ${issueText(checked.issues)}.`);
  const value = toJson(checked.value);
  return isObject(value) ? structured(value) : refused(`${name} has an output schema but did not answer an object.`);
}

function plainAnswer(answer: unknown): CallToolResult {
  if (answer === undefined) return { content: [] };
  if (typeof answer === 'string') return { content: [{ type: 'text', text: answer }] };
  const value = toJson(answer);
  return isObject(value) ? structured(value) : { content: [{ type: 'text', text: JSON.stringify(value) }] };
}

function isToolResult(answer: unknown): answer is CallToolResult {
  return (
    isObject(answer) &&
    Array.isArray(answer['content']) &&
    answer['content'].every((block: unknown) => isObject(block) && typeof block['type'] === 'string')
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
