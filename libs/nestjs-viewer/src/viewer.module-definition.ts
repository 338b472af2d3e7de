import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { createActionsController } from './http/actions.controller.js';
import { createPageController } from './http/page.controller.js';
import { createReadingController } from './http/reading.controller.js';
import { ROUTE, type ViewerRoute } from './http/route.js';
import type { RomancyViewerExtras, RomancyViewerOptions } from './interfaces/viewer-options.interface.js';
import { ROMANCY_VIEWER_OPTIONS } from './viewer.tokens.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<RomancyViewerOptions>({ optionsInjectionToken: ROMANCY_VIEWER_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createRomancyViewerOptions')
    .setExtras<RomancyViewerExtras>({ path: undefined, guards: undefined }, complete)
    .build();

function complete(definition: DynamicModule, { path = 'romancy', guards = [] }: RomancyViewerExtras): DynamicModule {
  const route: ViewerRoute = { path: path.replace(/^\/+|\/+$/g, ''), guards };
  return {
    ...definition,
    controllers: [createReadingController(route), createActionsController(route), createPageController(route)],
    providers: [...(definition.providers ?? []), { provide: ROUTE, useValue: route }],
  };
}
