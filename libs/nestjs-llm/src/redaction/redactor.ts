import { types } from 'node:util';
import type { LlmMessage, LlmToolCall } from '../interfaces/message.interface.js';
import type { LlmRecordedPart, RomancyLlmOptions } from '../interfaces/module-options.interface.js';

type Redact = NonNullable<RomancyLlmOptions['redact']>;
type JsonObject = Readonly<Record<string, unknown>>;

/** Sent back to the provider as they came: signatures and ids, never text of anybody. */
const UNTOUCHED = new Set([
  'providerOptions',
  'providerMetadata',
  'type',
  'role',
  'toolCallId',
  'toolName',
  'mediaType',
]);

/** Applies the hook `redact` to whatever is about to be stored. Without a hook everything is stored as it is. */
export class Redactor {
  constructor(private readonly redact: Redact | undefined) {}

  text(text: string, part: LlmRecordedPart): string {
    return this.redact ? this.redact(text, part) : text;
  }

  /** Every text inside a value, at any depth. */
  value(value: unknown, part: LlmRecordedPart): unknown {
    return this.redact ? deep(value, (text) => this.text(text, part)) : value;
  }

  /** Messages as data: fields that are undefined, of which the package `ai` leaves many, are dropped. */
  messages(messages: readonly LlmMessage[], part: LlmRecordedPart): readonly LlmMessage[] {
    return messages.map((message) => {
      const { content } = message;
      if (typeof content === 'string') return { ...message, content: this.text(content, part) } as LlmMessage;
      const parts = content.map((item) => this.#part(item as unknown as JsonObject, part));
      return { ...message, content: parts.filter((item) => item !== undefined) } as unknown as LlmMessage;
    });
  }

  toolCalls(calls: readonly LlmToolCall[]): readonly LlmToolCall[] {
    return calls.map((call) => ({
      ...call,
      input: this.value(call.input, 'tool-call'),
      // What a validator says may repeat what it was given.
      ...(call.problem === undefined ? {} : { problem: this.text(call.problem, 'tool-call') }),
    }));
  }

  #part(item: JsonObject, part: LlmRecordedPart): JsonObject | undefined {
    const type = item['type'];
    const kind = type === 'reasoning' || type === 'tool-call' ? type : part;
    const redacted = deep(item, (text) => this.text(text, kind)) as JsonObject;
    // A reasoning that was changed no longer fits its signature, and the provider would refuse it.
    return type === 'reasoning' && redacted['text'] !== item['text'] ? undefined : redacted;
  }
}

function deep(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => deep(item, change));
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]: [string, unknown]) => [key, UNTOUCHED.has(key) ? item : deep(item, change)]),
  );
}

/** Dates, bytes and URLs are stored as they are. */
function isPlain(value: object): boolean {
  return (
    !types.isDate(value) && !ArrayBuffer.isView(value) && !types.isAnyArrayBuffer(value) && !(value instanceof URL)
  );
}
