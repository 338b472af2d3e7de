import type { LanguageModel } from 'ai';

/** Makes the model of a name: of any provider of the package `ai`, or one of your own. */
export type LlmModelFactory = (model: string) => Exclude<LanguageModel, string>;

interface Connection {
  /** Default the provider's own address. */
  readonly baseURL?: string;
  /** Default ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY of the environment. */
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the global `fetch`: for proxies and tests. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Anthropic's Messages API; needs `@ai-sdk/anthropic`. */
export interface AnthropicProvider extends Connection {
  readonly kind?: 'anthropic';
}

/** OpenAI; needs `@ai-sdk/openai`. */
export interface OpenAiProvider extends Connection {
  readonly kind?: 'openai';
  /** Which of OpenAI's interfaces is used. Default `'responses'`. */
  readonly api?: 'responses' | 'chat';
}

/** Google's Gemini API; needs `@ai-sdk/google`. */
export interface GeminiProvider extends Connection {
  readonly kind?: 'gemini';
}

/** Any server that speaks OpenAI's chat completions (vLLM, Ollama, llama.cpp, …); needs `@ai-sdk/openai-compatible`. */
export interface OpenAiCompatibleProvider extends Connection {
  readonly kind: 'openai-compatible';
  readonly baseURL: string;
  /**
   * The server takes JSON schemas (`response_format: json_schema`). Default true; with false it is asked for any JSON object, and the prompt
   * has to say what belongs into it.
   */
  readonly structuredOutputs?: boolean;
}

type WithKind<T extends { readonly kind?: string }> = T & { readonly kind: NonNullable<T['kind']> };

/** How a provider under a name of your own is reached. */
export type LlmProvider =
  | LlmModelFactory
  | WithKind<AnthropicProvider>
  | WithKind<OpenAiProvider>
  | WithKind<GeminiProvider>
  | OpenAiCompatibleProvider;

/** Providers by name. The three names that are always there need no `kind`. */
export type LlmProviders = {
  readonly anthropic?: AnthropicProvider | LlmProvider;
  readonly openai?: OpenAiProvider | LlmProvider;
  readonly gemini?: GeminiProvider | LlmProvider;
} & Readonly<Record<string, AnthropicProvider | OpenAiProvider | GeminiProvider | LlmProvider | undefined>>;
