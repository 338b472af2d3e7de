import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmModelFactory, LlmProvider, LlmProviders } from '../interfaces/provider.interface.js';
import { withReportedWarnings } from './reported-warnings.js';
import { connect, isKnownKind, KNOWN_KINDS } from './connect.js';

type Model = ReturnType<LlmModelFactory>;

/** Models by provider and name. A provider's package is loaded when its first model is asked for. */
export class ModelRegistry {
  readonly #factories = new Map<string, Promise<LlmModelFactory>>();
  readonly #models = new Map<string, Model>();

  constructor(
    private readonly providers: LlmProviders = {},
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {}

  async get(provider: string, model: string): Promise<Model> {
    const key = `${provider}/${model}`;
    const known = this.#models.get(key);
    if (known) return known;
    const made = withReportedWarnings((await this.factory(provider))(model), key);
    this.#models.set(key, made);
    return made;
  }

  /**
   * How models of a provider are made.
   * @throws LlmConfigurationError when it is not known, its package is not installed or its key is missing.
   */
  factory(provider: string): Promise<LlmModelFactory> {
    const known = this.#factories.get(provider);
    if (known) return known;
    const made = this.#connect(provider);
    this.#factories.set(provider, made);
    // A failure is not kept: a key may still be set.
    made.catch(() => this.#factories.delete(provider));
    return made;
  }

  async #connect(provider: string): Promise<LlmModelFactory> {
    const configured = Object.hasOwn(this.providers, provider) ? this.providers[provider] : undefined;
    if (typeof configured === 'function') return configured;
    const kind = configured?.kind ?? (isKnownKind(provider) ? provider : undefined);
    if (kind === undefined) throw this.#unknown(provider, configured !== undefined);
    return connect(provider, { ...configured, kind } as Exclude<LlmProvider, LlmModelFactory>, this.environment);
  }

  #unknown(provider: string, isConfigured: boolean): LlmConfigurationError {
    const names = [...new Set([...KNOWN_KINDS, ...Object.keys(this.providers)])].join(', ');
    return new LlmConfigurationError(
      isConfigured
        ? `The provider "${provider}" has no kind: give it one of ${KNOWN_KINDS.join(', ')}, openai-compatible, or a function.`
        : `The provider "${provider}" is not known; there are ${names}. Add it to providers in RomancyLlmModule.forRoot().`,
      { details: { provider } },
    );
  }
}
