import type { ScriptedCallOptions, ScriptedModel, ScriptedProvider, ScriptedRequest, ScriptedStep } from './script.js';
import { toResult, toStream } from './scripted-results.js';

/** A script has no answer left: the code asks more often than the test expected. */
export class ScriptEndedError extends Error {
  override readonly name = 'ScriptEndedError';
}

/**
 * A provider that answers from a script, one step a request in the order in which they come; or one function for all requests. For tests, and
 * for running an application without a key.
 *
 * @example
 * ```ts
 * const script = scriptedProvider([
 *   { toolCalls: [{ name: 'findOrder', input: { orderId: '17' } }] },
 *   { text: 'It arrives tomorrow.' },
 * ]);
 * RomancyLlmModule.forRoot({ defaults: { provider: 'script', model: 'any' }, providers: { script } })
 * ```
 */
export function scriptedProvider(
  script: readonly ScriptedStep[] | Extract<ScriptedStep, (...args: never[]) => unknown>,
): ScriptedProvider {
  const requests: ScriptedRequest[] = [];
  const answer = async (model: string, options: ScriptedCallOptions): ReturnType<typeof resolve> => {
    const request = toRequest(model, options);
    const step = typeof script === 'function' ? script : script[requests.length];
    requests.push(request);
    if (step === undefined) throw new ScriptEndedError(`The script has no answer to request ${requests.length}.`);
    options.abortSignal?.throwIfAborted();
    return resolve(step, request);
  };
  const provider = (modelId: string): ScriptedModel => ({
    specificationVersion: 'v3',
    provider: 'script',
    modelId,
    supportedUrls: {},
    doGenerate: async (options) => toResult(await answer(modelId, options), modelId),
    doStream: async (options) => toStream(await answer(modelId, options), modelId),
  });
  return Object.assign(provider, { requests });
}

async function resolve(step: ScriptedStep, request: ScriptedRequest) {
  const answer = typeof step === 'function' ? await step(request) : step;
  if (answer instanceof Error) throw answer;
  return answer;
}

function toRequest(model: string, options: ScriptedCallOptions): ScriptedRequest {
  const { prompt } = options;
  const system = prompt.find(({ role }) => role === 'system')?.content;
  const last = prompt.at(-1)?.content ?? '';
  return { model, options, system: typeof system === 'string' ? system : undefined, message: textOf(last) };
}

function textOf(content: string | readonly object[]): string {
  if (typeof content === 'string') return content;
  return content.map((part) => ('text' in part ? String(part.text) : JSON.stringify(part))).join('\n');
}
