import type { LlmProviders } from '@romancy/nestjs-llm';

/** What a request asks, read from the wire. Undefined where the dialect has no place for it, or nothing was sent. */
export interface Asked {
  readonly key: string | undefined;
  readonly model: string;
  readonly system: string | undefined;
  readonly settings: Readonly<Record<'maxTokens' | 'temperature' | 'topP' | 'topK' | 'seed' | 'stop', unknown>>;
  readonly tools: readonly string[];
  /** Texts and results of tools of all messages, in order. */
  readonly texts: readonly string[];
  readonly hasSchema: boolean;
  readonly stream: boolean;
}

/** What the provider says. */
export interface Said {
  readonly text?: string;
  readonly tool?: { readonly name: string; readonly input: string };
  /** Cut off at maxTokens. */
  readonly isCutOff?: boolean;
}

/** What JSON.parse answers: bodies are looked into, not declared. */
export type Json = ReturnType<typeof JSON.parse>;

export interface WireRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Json;
}

/** How a provider speaks. */
export interface Dialect {
  readonly name: string;
  /** Options of the module for a server at this address. */
  providers(url: string): LlmProviders;
  readonly provider: string;
  readonly model: string;
  /** Name under which it answers for that. */
  readonly answeringModel: string;
  read(request: WireRequest): Asked;
  answer(said: Said, model: string): Json;
  /** Lines of an event stream; the text comes in pieces. */
  stream(said: Said, model: string): readonly string[];
  error(status: number): { readonly body: Json; readonly type: string };
  /** Settings that get through to the wire. */
  readonly supports: readonly (keyof Asked['settings'])[];
}

export const USAGE = { input: 11, cached: 4, output: 7 };

export function pieces(text: string): readonly string[] {
  return text.split(/(?<= )/);
}

export function event(data: Json, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}
