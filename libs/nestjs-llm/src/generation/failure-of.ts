import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  LoadAPIKeyError,
  MissingToolResultsError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
} from 'ai';
import { RomancyError } from '@romancy/core';
import { LlmProviderError, type LlmFailureFacts } from '../errors/llm-provider.error.js';
import { LlmRateLimitError } from '../errors/llm-rate-limit.error.js';
import type { LlmCallFacts } from '../interfaces/listener.interface.js';
import { retryAfterOf } from './retry-after.js';

const RATE_LIMITED = 429;
const FOR_GOOD = [
  InvalidArgumentError,
  InvalidPromptError,
  LoadAPIKeyError,
  MissingToolResultsError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
];

/**
 * What a failed call is recorded as. The errors of the package `ai` hold the request, with the prompt, and the provider's words, which may
 * repeat it: none of that is taken over.
 */
export function failureOf(error: unknown, { provider, model }: LlmCallFacts): unknown {
  if (error instanceof RomancyError) return error;
  const facts = { provider, model };
  if (APICallError.isInstance(error)) return ofAnswer(error, facts);
  const final = FOR_GOOD.some((known) => known.isInstance(error));
  return new LlmProviderError({ ...facts, ...optional('type', nameOf(error)) }, !final);
}

function ofAnswer(error: APICallError, facts: LlmFailureFacts): LlmProviderError | LlmRateLimitError {
  const { statusCode, responseHeaders, responseBody } = error;
  const told: LlmFailureFacts = {
    ...facts,
    ...optional('status', statusCode),
    ...optional('type', typeOf(responseBody) ?? (statusCode === undefined ? nameOf(error.cause) : undefined)),
    ...optional('requestId', responseHeaders?.['request-id'] ?? responseHeaders?.['x-request-id']),
  };
  const retryAfter = retryAfterOf(responseHeaders, responseBody, Date.now());
  if (statusCode === RATE_LIMITED) return new LlmRateLimitError(told, retryAfter);
  // Status 200 with a body that cannot be read is an answer that was cut or garbled on its way.
  const retryable = error.isRetryable || statusCode === undefined || statusCode < 400;
  return new LlmProviderError(told, retryable, retryable ? retryAfter : undefined);
}

/** Anthropic: `error.type`; OpenAI: `error.code` or `error.type`; Gemini: `error.status`. Only what looks like a code. */
function typeOf(body: string | undefined): string | undefined {
  try {
    const { error } = JSON.parse(body ?? '') as { error?: Readonly<Record<string, unknown>> };
    return [error?.['status'], error?.['code'], error?.['type']].find(isCode);
  } catch {
    return undefined;
  }
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z][\w.-]{0,79}$/.test(value);
}

/** Failures in the middle of a stream come as plain objects, too. */
function nameOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, type, name } = error as Readonly<Record<string, unknown>>;
  return [code, type, name].find(isCode);
}

function optional<K extends string, V>(key: K, value: V | undefined): Readonly<Partial<Record<K, V>>> {
  return (value === undefined ? {} : { [key]: value }) as Readonly<Partial<Record<K, V>>>;
}
