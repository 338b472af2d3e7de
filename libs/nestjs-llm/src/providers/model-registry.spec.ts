import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmProviders } from '../interfaces/provider.interface.js';
import { scriptedProvider } from '../testing/scripted-provider.js';
import { ModelRegistry } from './model-registry.js';

const keys = { ANTHROPIC_API_KEY: 'key-of-one', OPENAI_API_KEY: 'key-of-two', GEMINI_API_KEY: 'key-of-three' };

async function refusal(registry: ModelRegistry, provider: string): Promise<LlmConfigurationError> {
  const error: unknown = await registry.get(provider, 'm').catch((reason: unknown) => reason);
  if (error instanceof LlmConfigurationError) return error;
  throw new Error('It was not refused.', { cause: error });
}

describe('ModelRegistry', () => {
  it.each([
    ['anthropic', 'anthropic.messages', keys.ANTHROPIC_API_KEY],
    ['openai', 'openai.responses', keys.OPENAI_API_KEY],
    ['gemini', 'google.generative-ai', keys.GEMINI_API_KEY],
  ])('knows %s, with the key of the environment', async (provider, name, key) => {
    let sent = '';
    const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
      sent = JSON.stringify(init?.headers);
      throw new Error('not sent');
    };
    const model = await new ModelRegistry({ [provider]: { fetch } }, keys).get(provider, 'm');
    expect([model.provider, model.modelId]).toEqual([name, 'm']);
    await expect(model.doGenerate({ prompt: [] })).rejects.toThrow('not sent');
    expect(Object.values(keys).filter((key) => sent.includes(key))).toEqual([key]);
  });

  it.each([
    ['anthropic', 'ANTHROPIC_API_KEY'],
    ['openai', 'OPENAI_API_KEY'],
    ['gemini', 'GEMINI_API_KEY'],
  ])('says which key %s misses', async (provider, variable) => {
    const { message, details } = await refusal(new ModelRegistry({}, { GOOGLE_GENERATIVE_AI_API_KEY: 'x' }), provider);
    expect(message).toContain(variable);
    expect(details).toEqual({ provider, variable });
  });

  it('takes providers under names of their own', async () => {
    const providers: LlmProviders = {
      claude: { kind: 'anthropic', apiKey: 'k' },
      chat: { kind: 'openai', apiKey: 'k', api: 'chat' },
      local: { kind: 'openai-compatible', baseURL: 'http://localhost:1' },
      script: scriptedProvider([]),
    };
    const registry = new ModelRegistry(providers, {});
    const names = await Promise.all(
      Object.keys(providers).map(async (name) => (await registry.get(name, 'm')).provider),
    );
    expect(names).toEqual(['anthropic.messages', 'openai.chat', 'local.chat', 'script']);
  });

  it('refuses names that it does not know, and providers without a kind', async () => {
    const registry = new ModelRegistry({ mine: { apiKey: 'k' } }, keys);
    expect((await refusal(registry, 'yours')).message).toContain('anthropic, openai, gemini, mine');
    expect((await refusal(registry, 'mine')).message).toContain('has no kind');
    expect((await refusal(registry, 'toString')).message).toContain('is not known');
  });

  it('makes each model once, and tries again what has failed', async () => {
    const environment: NodeJS.ProcessEnv = {};
    const registry = new ModelRegistry({}, environment);
    await refusal(registry, 'openai');
    environment['OPENAI_API_KEY'] = 'now';
    const model = await registry.get('openai', 'm');
    expect(await registry.get('openai', 'm')).toBe(model);
    expect(await registry.get('openai', 'n')).not.toBe(model);
  });
});
