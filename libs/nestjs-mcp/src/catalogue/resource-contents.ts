import type { McpResourceAnswer } from '../interfaces/resource-options.interface.js';
import { toJson } from '../schema/to-json.js';
import type { ReadResourceResult } from '../sdk.js';

/** What a resource has returned, as the protocol has it. */
export function resourceContents(
  uri: string,
  mimeType: string | undefined,
  answer: Exclude<McpResourceAnswer, undefined>,
): ReadResourceResult {
  if (typeof answer === 'string') return { contents: [{ uri, mimeType: mimeType ?? 'text/plain', text: answer }] };
  if (ArrayBuffer.isView(answer)) {
    const blob = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength).toString('base64');
    return { contents: [{ uri, mimeType: mimeType ?? 'application/octet-stream', blob }] };
  }
  if ('contents' in answer && Array.isArray(answer.contents)) return answer;
  return { contents: [{ uri, mimeType: mimeType ?? 'application/json', text: JSON.stringify(toJson(answer)) }] };
}
