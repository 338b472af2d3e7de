import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import type { RomancyOtelOptions } from './interfaces/otel-options.interface.js';
import { ROMANCY_OTEL_OPTIONS } from './otel.tokens.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<RomancyOtelOptions>({ optionsInjectionToken: ROMANCY_OTEL_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createRomancyOtelOptions')
    .setExtras<object>({}, (definition: DynamicModule): DynamicModule => ({ ...definition, global: true }))
    .build();
