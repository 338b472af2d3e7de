import { Controller, Get, Header, UseFilters, UseGuards, type Type } from '@nestjs/common';
import { EngineHost } from '../runtime/engine-host.js';
import { EndpointFilter } from './endpoint.filter.js';
import { ProblemException } from './problem.exception.js';
import type { RouteSettings } from './route-settings.js';

export interface HealthReport {
  readonly status: 'ok';
}

/** The controller of the two health routes. */
export function createHealthController({ path, version, guards }: RouteSettings): Type<object> {
  @UseFilters(EndpointFilter)
  @UseGuards(...guards)
  @Controller({ path, version })
  class HealthController {
    constructor(private readonly host: EngineHost) {}

    /** The process answers. */
    @Get('live')
    @Header('cache-control', 'no-store')
    live(): HealthReport {
      return { status: 'ok' };
    }

    /** The engine runs and its database answers. */
    @Get('ready')
    @Header('cache-control', 'no-store')
    async ready(): Promise<HealthReport> {
      const engine = this.host.engineIfStarted;
      if (engine && (await engine.isReady())) return { status: 'ok' };
      throw new ProblemException({
        status: 503,
        title: 'Not ready',
        detail: engine
          ? `The engine is ${engine.state}, or its database does not answer.`
          : 'The engine has not been started.',
      });
    }
  }
  return HealthController;
}
