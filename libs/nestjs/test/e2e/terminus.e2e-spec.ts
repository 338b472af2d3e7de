import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule, type HealthCheckResult } from '@nestjs/terminus';
import { RomancyHealthIndicator } from '@romancy/nestjs/terminus';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { serve } from '../http/serve.js';

@Controller('checks')
class ChecksController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly romancy: RomancyHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.romancy.isHealthy('workflows')]);
  }
}

describe('the indicator for terminus', () => {
  it('is up while the engine is ready, and down with a reason otherwise', async () => {
    const { app, engine, close } = await serve('express', {
      metadata: {
        imports: [TerminusModule.forRoot({ logger: false })],
        providers: [RomancyHealthIndicator],
        controllers: [ChecksController],
      },
    });
    const server = app.getHttpServer() as App;
    const up = await request(server).get('/checks').expect(200);
    expect(up.body).toMatchObject({ status: 'ok', info: { workflows: { status: 'up', loops: 2 } } });
    engine.ready = false;
    const down = await request(server).get('/checks').expect(503);
    expect(down.body).toMatchObject({
      error: { workflows: { status: 'down', message: 'The engine is started, or its database does not answer.' } },
    });
    await close();
  });
});
