import { Injectable } from '@nestjs/common';
import type { CallDesk } from './calls/call-desk.js';
import type { LlmAnswer, LlmParsedAnswer } from './interfaces/answer.interface.js';
import type { LlmCallOptions } from './interfaces/call-options.interface.js';
import type { LlmMessage } from './interfaces/message.interface.js';
import type { InferValue, LlmSchema } from './interfaces/schema.interface.js';
import { mergeOptions, NO_TOOL } from './options/merge-options.js';
import type { InstanceUsage } from './usage/instance-usage.js';
import { NO_TOTALS, type LlmTotals } from './usage/usage.js';

/** A call in full: what the other methods of {@link Llm} are short for. */
export interface LlmRequest {
  readonly messages: readonly LlmMessage[];
  readonly options?: LlmCallOptions | undefined;
  /** Those of the options that are stronger than options of {@link Llm.with}; the others are of a definition. Default all of them. */
  readonly own?: LlmCallOptions | undefined;
  readonly schema?: LlmSchema | undefined;
  /** Index of the first message that no earlier call of the conversation has recorded. Default 0. */
  readonly newFrom?: number | undefined;
}

/**
 * Calls of language models; inject it into workflows, and anywhere else.
 *
 * In the code of a workflow each call is a step: its answer is recorded, and a replay never asks the provider again. Failed attempts are
 * repeated as the module's `retry` says. Inside an activity a call is part of that activity, and elsewhere an ordinary one: one attempt.
 *
 * All methods throw {@link LlmError}s; in a workflow, once the attempts are used up, a `RetryExhaustedError` whose `cause` is the last one.
 *
 * @example
 * ```ts
 * @Workflow({ name: 'summary' })
 * export class SummaryWorkflow {
 *   constructor(private readonly llm: Llm) {}
 *
 *   async run(text: string): Promise<string> {
 *     const { text: summary } = await this.llm.call(`Summarise in one sentence:\n${text}`, { maxTokens: 200 });
 *     return summary;
 *   }
 * }
 * ```
 */
@Injectable()
export class Llm {
  readonly #desk: CallDesk;
  readonly #usage: InstanceUsage;
  readonly #layer: LlmCallOptions;

  /** Made by the module; inject it. */
  constructor(desk: CallDesk, usage: InstanceUsage, layer: LlmCallOptions = {}) {
    this.#desk = desk;
    this.#usage = usage;
    this.#layer = layer;
  }

  /** Answers a prompt. */
  async call(prompt: string, options: LlmCallOptions = {}): Promise<LlmAnswer> {
    return this.request({ messages: [toUser(prompt)], options: named('call', options), own: options });
  }

  /**
   * Answers a prompt with a value of a schema.
   *
   * @example
   * ```ts
   * const { value } = await this.llm.callParse(z.object({ urgent: z.boolean() }), `Is this urgent?\n${ticket}`);
   * ```
   * @throws LlmOutputError when the answer does not fit.
   */
  async callParse<S extends LlmSchema>(
    schema: S,
    prompt: string,
    options: LlmCallOptions = {},
  ): Promise<LlmParsedAnswer<InferValue<S>>> {
    return this.#parse('callParse', { schema, messages: [toUser(prompt)], own: options });
  }

  /** Continues a conversation. Append the answer's `messages` to it, and results of tools, before the next call. */
  async callMessages(messages: readonly LlmMessage[], options: LlmCallOptions = {}): Promise<LlmAnswer> {
    return this.request({ messages, options: named('callMessages', options), own: options });
  }

  /**
   * Continues a conversation with a value of a schema. Tools may be named, for conversations in which they were used; none is asked for.
   * @throws LlmOutputError when the answer does not fit.
   */
  async callMessagesParse<S extends LlmSchema>(
    schema: S,
    messages: readonly LlmMessage[],
    options: LlmCallOptions = {},
  ): Promise<LlmParsedAnswer<InferValue<S>>> {
    return this.#parse('callMessagesParse', { schema, messages, own: options });
  }

  /** The call that all others are made of. With a schema the answer has a `value`, unless it asks for tools. */
  async request({ messages, options = {}, own = options, schema, newFrom = 0 }: LlmRequest): Promise<LlmAnswer> {
    const merged = mergeOptions<LlmCallOptions>(options, this.#layer, own);
    const { name = 'request' } = merged;
    return this.#desk.make({ name, options: merged, messages, newFrom, schema });
  }

  /** The same, with options for the calls made through it: stronger than those of definitions and agents, weaker than a call's own. */
  with(options: LlmCallOptions): Llm {
    return new Llm(this.#desk, this.#usage, mergeOptions<LlmCallOptions>(this.#layer, options));
  }

  /**
   * Tokens and cost of the calls that this run of the workflow has made so far; nothing outside of a workflow. The same in every replay, so a
   * workflow may decide by it.
   */
  totals(): LlmTotals {
    return this.#desk.totals() ?? NO_TOTALS;
  }

  /**
   * Tokens and cost of the recorded calls of an instance, read from its history. Answers that were not recorded, of attempts that failed or
   * were cut off, are not in it. Of a workflow that recurs they are the totals of the newest generation, by the id of any of them; the
   * conversation of an agent that it hands on has those of all.
   * @throws InstanceNotFoundError for an id that does not exist.
   */
  async totalsOf(instanceId: string): Promise<LlmTotals> {
    return this.#usage.of(instanceId);
  }

  async #parse<S extends LlmSchema>(
    kind: string,
    {
      schema,
      messages,
      own,
    }: { readonly schema: S; readonly messages: readonly LlmMessage[]; readonly own: LlmCallOptions },
  ): Promise<LlmParsedAnswer<InferValue<S>>> {
    const request = { messages, schema, options: { ...named(kind, own), ...NO_TOOL }, own: { ...own, ...NO_TOOL } };
    return (await this.request(request)) as LlmParsedAnswer<InferValue<S>>;
  }
}

function toUser(prompt: string): LlmMessage {
  return { role: 'user', content: prompt };
}

function named(kind: string, options: LlmCallOptions): LlmCallOptions {
  return options.name === undefined ? { ...options, name: kind } : options;
}
