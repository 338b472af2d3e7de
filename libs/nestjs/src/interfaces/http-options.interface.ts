import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';

/** Where a route of the module is, and who may use it. */
export interface RomancyRouteOptions {
  /** Below the application's global prefix. Default the name of the route. */
  readonly path?: string;
  /** For applications with versioning. Default: the same in every version. */
  readonly version?: string;
  /** Classes that Nest builds in the module (see `imports`), or objects. Default the `guards` beside it; `health` has none. */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
}

/** Options of the route for events. */
export interface RomancyEventsRouteOptions extends RomancyRouteOptions {
  /** Most bytes of a body; a larger one is answered 413. Default 4 MiB. */
  readonly limit?: number;
}

/**
 * HTTP routes of the module. They are known when the module is declared, so they are given beside `useFactory`, not by it. An application
 * without HTTP (an application context, a microservice) has none of them.
 *
 * @example
 * ```ts
 * RomancyModule.forRoot({ database: 'workflow.db', http: { events: { path: 'api/events' }, cancel: true, guards: [ApiKeyGuard] } })
 * ```
 */
export interface RomancyHttpOptions {
  /** `POST /events` takes CloudEvents in, in structured, binary and batched mode. Default true. */
  readonly events?: boolean | RomancyEventsRouteOptions;
  /** `POST /cancel/:instanceId` asks for the end of an instance. Default false. */
  readonly cancel?: boolean | RomancyRouteOptions;
  /**
   * `GET /health/live` (the process answers) and `GET /health/ready` (the engine runs and its database answers, else 503).
   * Default true.
   */
  readonly health?: boolean | RomancyRouteOptions;
  /** Guards of `events` and `cancel`. A warning is logged where they have none and the application has no global ones. */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
  /** Modules whose providers the guards inject. */
  readonly imports?: ModuleMetadata['imports'];
}
