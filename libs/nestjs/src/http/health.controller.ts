import { Controller, Get, Header, UseFilters, type Type } from '@nestjs/common';
import { EngineHost } from '../runtime/engine-host.js';
import { ProblemException } from './problem.exception.js';
import { ProblemFilter } from './problem.filter.js';

export interface HealthReport {
  readonly status: 'ok';
}

/** The controller of the two health routes below `path`. */
export function createHealthController(path: string): Type<object> {
  @UseFilters(ProblemFilter)
  @Controller(path)
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
