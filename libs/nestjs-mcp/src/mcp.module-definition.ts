import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { createMcpController } from './http/mcp.controller.js';
import type { RomancyMcpExtras, RomancyMcpOptions } from './interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from './mcp.tokens.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<RomancyMcpOptions>({ optionsInjectionToken: ROMANCY_MCP_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createRomancyMcpOptions')
    .setExtras<RomancyMcpExtras>({ http: undefined }, complete)
    .build();

function complete(definition: DynamicModule, { http = {} }: RomancyMcpExtras): DynamicModule {
  return { ...definition, controllers: http === false ? [] : [createMcpController(http)] };
}
