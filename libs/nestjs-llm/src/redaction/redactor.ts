import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmMessage, LlmToolCall } from '../interfaces/message.interface.js';
import type { LlmRecordedPart, RomancyLlmOptions } from '../interfaces/module-options.interface.js';
import { deepTexts } from './deep-texts.js';

type Redact = NonNullable<RomancyLlmOptions['redact']>;
type JsonObject = Readonly<Record<string, unknown>>;

/** Fields of a part of a message that go back to the provider as they came: signatures and ids, never text of anybody. */
const UNTOUCHED = new Set(['providerOptions', 'providerMetadata', 'type', 'toolCallId', 'toolName', 'mediaType']);

/** Applies the hook `redact` to whatever is about to be stored. Without a hook everything is stored as it is. */
export class Redactor {
  constructor(private readonly redact: Redact | undefined) {}

  text(text: string, part: LlmRecordedPart): string {
    try {
      return this.redact ? this.redact(text, part) : text;
    } catch (error) {
      // Another answer would be paid for and meet the same hook. What it says may repeat the text.
      const name = error instanceof Error ? error.name : typeof error;
      throw new LlmConfigurationError(
        `The option redact threw ${name} for a text of "${part}". Make it answer for every text.`,
        {
          details: { part, name },
        },
      );
    }
  }

  /** Every text inside a value, at any depth. */
  value(value: unknown, part: LlmRecordedPart): unknown {
    return this.redact ? deepTexts(value, (text) => this.text(text, part)) : value;
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
    const change = (value: unknown): unknown => deepTexts(value, (text) => this.text(text, kind));
    const redacted = mapFields(item, (value, field) => {
      if (UNTOUCHED.has(field)) return value;
      // Of a tool's result, `type` says how `value` is to be read.
      return field === 'output'
        ? mapFields(value as JsonObject, (it, key) => (key === 'type' ? it : change(it)))
        : change(value);
    });
    // A reasoning that was changed no longer fits its signature, and the provider would refuse it.
    return type === 'reasoning' && redacted['text'] !== item['text'] ? undefined : redacted;
  }
}

function mapFields(record: JsonObject, change: (value: unknown, field: string) => unknown): JsonObject {
  const fields = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([field, value]) => [field, change(value, field)]));
}
