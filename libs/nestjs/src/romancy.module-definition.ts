import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { createHealthController } from './http/health.controller.js';
import type { RomancyModuleExtras, RomancyModuleOptions } from './interfaces/module-options.interface.js';
import { ROMANCY_OPTIONS } from './romancy.tokens.js';

const DEFAULT_HEALTH_PATH = 'health';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<RomancyModuleOptions>({
    optionsInjectionToken: ROMANCY_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createRomancyOptions')
    .setExtras<RomancyModuleExtras>({ http: undefined }, complete)
    .build();

function complete(definition: DynamicModule, { http }: RomancyModuleExtras): DynamicModule {
  const health = http?.health ?? false;
  const path = typeof health === 'object' ? health.path : DEFAULT_HEALTH_PATH;
  return { ...definition, global: true, controllers: health === false ? [] : [createHealthController(path)] };
}
