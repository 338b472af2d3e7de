import type { DynamicModule, Provider, Type } from '@nestjs/common';
import type { Class } from '../interfaces/metadata.interface.js';
import type { RomancyHttpOptions } from '../interfaces/http-options.interface.js';
import { createCancelController } from './cancel/cancel.controller.js';
import { createEventsController } from './events/events.controller.js';
import { createHealthController } from './health.controller.js';
import { RAW_ROUTES, RawBodies, type RawRoutes } from './raw/raw-bodies.js';
import { RouteMatcher } from './raw/route-matcher.js';
import { httpSettings, type HttpSettings } from './route-settings.js';
import { HTTP_SETTINGS, UnguardedRoutes } from './unguarded-routes.js';

/** Adds the controllers that the options ask for, and what they need. */
export function mountRoutes(definition: DynamicModule, options: RomancyHttpOptions | false | undefined): DynamicModule {
  const settings = httpSettings(options);
  const { imports = [] } = options === false ? {} : (options ?? {});
  return {
    ...definition,
    imports: [...(definition.imports ?? []), ...imports],
    controllers: controllersOf(settings),
    providers: [...(definition.providers ?? []), ...providersOf(settings, definition.module)],
  };
}

function controllersOf({ events, cancel, health }: HttpSettings): Type<object>[] {
  return [
    ...(events ? [createEventsController(events)] : []),
    ...(cancel ? [createCancelController(cancel)] : []),
    ...(health ? [createHealthController(health)] : []),
  ];
}

function providersOf(settings: HttpSettings, module: Class): Provider[] {
  const { events, cancel } = settings;
  const routes = [...(events ? [events] : []), ...(cancel ? [{ ...cancel, path: `${cancel.path}/:instanceId` }] : [])];
  const raw: RawRoutes = { module, routes };
  return [
    { provide: HTTP_SETTINGS, useValue: settings },
    { provide: RAW_ROUTES, useValue: raw },
    RawBodies,
    RouteMatcher,
    UnguardedRoutes,
  ];
}
