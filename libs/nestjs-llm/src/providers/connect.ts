import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmModelFactory, LlmProvider, OpenAiCompatibleProvider } from '../interfaces/provider.interface.js';
import { mergeOptions } from '../options/merge-options.js';

type Settings = Exclude<LlmProvider, LlmModelFactory>;
type Kind = Settings['kind'];
type KnownKind = Exclude<Kind, 'openai-compatible'>;

/** What all packages take. */
interface Connection {
  apiKey?: string;
  baseURL?: string;
  headers?: Record<string, string>;
  fetch?: typeof globalThis.fetch;
}

const KEYS: Record<KnownKind, string> = {
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
  gemini: 'GEMINI_API_KEY',
};

const PACKAGES: Record<Kind, string> = {
  anthropic: '@ai-sdk/anthropic',
  openai: '@ai-sdk/openai',
  gemini: '@ai-sdk/google',
  'openai-compatible': '@ai-sdk/openai-compatible',
};

export const KNOWN_KINDS = Object.keys(KEYS) as readonly KnownKind[];

export function isKnownKind(name: string): name is KnownKind {
  return Object.hasOwn(KEYS, name);
}

/** Loads the package of a provider and connects it. Its key comes from the options or the environment, from nowhere else. */
export async function connect(
  name: string,
  settings: Settings,
  environment: NodeJS.ProcessEnv,
): Promise<LlmModelFactory> {
  const { kind, baseURL, headers, fetch } = settings;
  const apiKey = settings.apiKey ?? (kind === 'openai-compatible' ? undefined : environment[KEYS[kind]]);
  if (kind !== 'openai-compatible' && (apiKey === undefined || apiKey === '')) {
    throw new LlmConfigurationError(
      `The provider "${name}" has no key. Set ${KEYS[kind]} in the environment, or providers.${name}.apiKey.`,
      { details: { provider: name, variable: KEYS[kind] } },
    );
  }
  const connection = mergeOptions<Connection>({ apiKey, baseURL, headers: headers && { ...headers }, fetch });
  return installed(kind, async () => {
    switch (kind) {
      case 'anthropic': {
        const provider = (await import('@ai-sdk/anthropic')).createAnthropic(connection);
        return (model) => provider(model);
      }
      case 'openai': {
        const provider = (await import('@ai-sdk/openai')).createOpenAI(connection);
        return settings.api === 'chat' ? (model) => provider.chat(model) : (model) => provider.responses(model);
      }
      case 'gemini': {
        const provider = (await import('@ai-sdk/google')).createGoogleGenerativeAI(connection);
        return (model) => provider(model);
      }
      case 'openai-compatible':
        return connectCompatible(name, settings, connection);
    }
  });
}

async function connectCompatible(
  name: string,
  { baseURL, structuredOutputs = true }: OpenAiCompatibleProvider,
  connection: Connection,
): Promise<LlmModelFactory> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const provider = createOpenAICompatible({
    ...connection,
    name,
    baseURL,
    includeUsage: true,
    supportsStructuredOutputs: structuredOutputs,
  });
  return (model) => provider(model);
}

async function installed<T>(kind: Kind, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new LlmConfigurationError(`The package ${PACKAGES[kind]} is not installed: npm install ${PACKAGES[kind]}`, {
      details: { kind, package: PACKAGES[kind] },
    });
  }
}
