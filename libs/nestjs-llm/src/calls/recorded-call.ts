import type { LlmAnswer } from '../interfaces/answer.interface.js';
import type { LlmMessage } from '../interfaces/message.interface.js';

/** The recorded result of a call. */
export interface RecordedCall {
  readonly answer: LlmAnswer;
  /** The structured value, where a schema was given: kept in a field of its own, because it may be anything. */
  readonly parsed?: { readonly value: unknown };
  /** What was asked, after redaction; of a conversation, what was new in it. Absent with `recordPrompts: false`. */
  readonly prompt?: { readonly system?: string; readonly messages: readonly LlmMessage[] };
}

/** Tells a recorded call from the results of other activities. */
export function isRecordedCall(value: unknown): value is RecordedCall {
  if (typeof value !== 'object' || value === null || !('answer' in value)) return false;
  const { answer } = value;
  return typeof answer === 'object' && answer !== null && 'usage' in answer && 'finishReason' in answer;
}
