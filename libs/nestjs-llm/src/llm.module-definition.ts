import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { RomancyLlmOptions } from './interfaces/module-options.interface.js';
import { ROMANCY_LLM_OPTIONS } from './llm.tokens.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<RomancyLlmOptions>({ optionsInjectionToken: ROMANCY_LLM_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createRomancyLlmOptions')
    .setExtras({}, (definition) => ({ ...definition, global: true }))
    .build();
