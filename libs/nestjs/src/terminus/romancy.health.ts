import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { EngineHost } from '../runtime/engine-host.js';

/**
 * Health of the engine for @nestjs/terminus: up while it runs and its database answers. Provide it in the module of the health controller.
 *
 * @example
 * ```ts
 * constructor(private readonly health: HealthCheckService, private readonly romancy: RomancyHealthIndicator) {}
 *
 * @Get()
 * @HealthCheck()
 * check() {
 *   return this.health.check([() => this.romancy.isHealthy('romancy')]);
 * }
 * ```
 */
@Injectable()
export class RomancyHealthIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly host: EngineHost,
  ) {}

  /** @param key name of the entry in the report */
  async isHealthy<const Key extends string = 'romancy'>(key?: Key): Promise<HealthIndicatorResult<Key>> {
    const indicator = this.indicators.check((key ?? 'romancy') as Key);
    const engine = this.host.engineIfStarted;
    if (!engine) return indicator.down('The engine has not been started.');
    if (await engine.isReady()) return indicator.up({ loops: engine.loops.length });
    return indicator.down(`The engine is ${engine.state}, or its database does not answer.`);
  }
}
