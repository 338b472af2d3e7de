import { VERSION_NEUTRAL, type CanActivate, type Type } from '@nestjs/common';
import type { RomancyHttpOptions, RomancyRouteOptions } from '../interfaces/http-options.interface.js';

/** A route of the module with everything settled. */
export interface RouteSettings {
  readonly path: string;
  readonly version: string | typeof VERSION_NEUTRAL;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  /** Most bytes of a body. */
  readonly limit: number;
}

/** What is mounted; undefined for what is not. */
export interface HttpSettings {
  readonly events: RouteSettings | undefined;
  readonly cancel: RouteSettings | undefined;
  readonly health: RouteSettings | undefined;
}

const EVENT_BYTES = 4 * 1024 * 1024;
const CANCEL_BYTES = 64 * 1024;

/** Events and health are mounted unless turned off, cancel only where asked for. */
export function httpSettings(options: RomancyHttpOptions | false | undefined): HttpSettings {
  if (options === false) return { events: undefined, cancel: undefined, health: undefined };
  const { events = true, cancel = false, health = true, guards = [] } = options ?? {};
  const limit = typeof events === 'object' ? (events.limit ?? EVENT_BYTES) : EVENT_BYTES;
  return {
    events: route(events, 'events', guards, limit),
    cancel: route(cancel, 'cancel', guards, CANCEL_BYTES),
    health: route(health, 'health', [], 0),
  };
}

function route(
  options: boolean | RomancyRouteOptions,
  defaultPath: string,
  defaultGuards: RouteSettings['guards'],
  limit: number,
): RouteSettings | undefined {
  if (options === false) return undefined;
  const { path = defaultPath, version = VERSION_NEUTRAL, guards = defaultGuards } = options === true ? {} : options;
  return { path, version, guards, limit };
}
