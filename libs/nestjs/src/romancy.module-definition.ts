import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { mountRoutes } from './http/mounted-routes.js';
import type { RomancyModuleExtras, RomancyModuleOptions } from './interfaces/module-options.interface.js';
import { ROMANCY_OPTIONS } from './romancy.tokens.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<RomancyModuleOptions>({
    optionsInjectionToken: ROMANCY_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createRomancyOptions')
    .setExtras<RomancyModuleExtras>({ http: undefined }, complete)
    .build();

function complete(definition: DynamicModule, { http }: RomancyModuleExtras): DynamicModule {
  return { ...mountRoutes(definition, http), global: true };
}
