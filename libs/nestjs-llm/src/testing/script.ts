import type { LlmModelFactory } from '../interfaces/provider.interface.js';

type Model = Extract<ReturnType<LlmModelFactory>, { readonly specificationVersion: 'v3' }>;
type CallOptions = Parameters<Model['doGenerate']>[0];

/** What a scripted model says. */
export interface ScriptedAnswer {
  readonly text?: string;
  /** Said as JSON, for calls with a schema. */
  readonly value?: unknown;
  /** Tools that it asks for. */
  readonly toolCalls?: readonly { readonly name: string; readonly input: unknown; readonly id?: string }[];
  /** Default `'tool-calls'` with tools, `'stop'` without. */
  readonly finishReason?: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other';
  /** Default 10 and 5. */
  readonly usage?: { readonly inputTokens?: number; readonly outputTokens?: number };
}

/** What a scripted model was asked. */
export interface ScriptedRequest {
  readonly model: string;
  /** Text of the last message: of the user, or results of tools as JSON. */
  readonly message: string;
  readonly system: string | undefined;
  /** Everything, as the provider gets it from the package `ai`. */
  readonly options: CallOptions;
}

/** An answer, an error to fail with, or a function that decides by the request. */
export type ScriptedStep =
  ScriptedAnswer | Error | ((request: ScriptedRequest) => ScriptedAnswer | Error | Promise<ScriptedAnswer | Error>);

/** A provider for the option `providers`, with what it was asked. */
export interface ScriptedProvider extends LlmModelFactory {
  /** In the order in which they came. */
  readonly requests: readonly ScriptedRequest[];
}

export type { CallOptions as ScriptedCallOptions, Model as ScriptedModel };
