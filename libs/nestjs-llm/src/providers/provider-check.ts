import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { RomancyLlmOptions } from '../interfaces/module-options.interface.js';
import { ROMANCY_LLM_OPTIONS } from '../llm.tokens.js';
import { ModelRegistry } from './model-registry.js';

/** A default provider that cannot work is a mistake of the deployment: better refused at the start than by failing instances. */
@Injectable()
export class ProviderCheck implements OnModuleInit {
  constructor(
    @Inject(ROMANCY_LLM_OPTIONS) private readonly options: RomancyLlmOptions,
    private readonly models: ModelRegistry,
  ) {}

  async onModuleInit(): Promise<void> {
    const provider = this.options.defaults?.provider;
    if (provider !== undefined) await this.models.factory(provider);
  }
}
