import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { Logger } from '@romancy/core';
import { ROMANCY_LOGGER } from '../romancy.tokens.js';
import type { HttpSettings } from './route-settings.js';

export const HTTP_SETTINGS = Symbol('ROMANCY_HTTP_SETTINGS');

/** Warns of routes that anybody may use who reaches the process. */
@Injectable()
export class UnguardedRoutes implements OnApplicationBootstrap {
  constructor(
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
    @Inject(ROMANCY_LOGGER) private readonly logger: Logger,
    private readonly config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const { config } = this;
    const isHttp = Boolean(this.adapterHost.httpAdapter as unknown);
    if (!isHttp || config.getGlobalGuards().length > 0 || config.getGlobalRequestGuards().length > 0) return;
    const { events, cancel } = this.settings;
    for (const [option, route, effect] of [
      ['events', events, 'start workflows and answer their waits'],
      ['cancel', cancel, 'cancel workflows'],
    ] as const) {
      if (!route || route.guards.length > 0) continue;
      this.logger.warn(
        `The route POST /${route.path.replace(/^\//, '')} has no guard: whoever reaches this process can ${effect}. Set http.guards or` +
          ` http.${option}.guards, or turn it off by http.${option}: false.`,
      );
    }
  }
}
