import { Controller, Get, Module, UseFilters, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ProblemException, ProblemFilter, RomancyModule, type RomancyHttpOptions } from '@romancy/nestjs';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { withFakes } from '../boot.js';
import type { FakeEngine } from '../fake-engine.js';

@UseFilters(ProblemFilter)
@Controller('orders')
class OrdersController {
  @Get()
  list(): never {
    throw new ProblemException({
      status: 400,
      title: 'Invalid order',
      errors: [{ field: 'quantity', message: 'must be at least 1' }],
    });
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

async function serve(
  http: RomancyHttpOptions | false | undefined,
): Promise<{ app: INestApplication<App>; engine: FakeEngine }> {
  const engines: FakeEngine[] = [];
  const imports = [RomancyModule.forRoot({ database: 'x.db', http }), OrdersModule];
  const module = await withFakes(Test.createTestingModule({ imports }), engines).compile();
  const app = module.createNestApplication<INestApplication<App>>();
  await app.init();
  return { app, engine: engines[0]! };
}

describe('health over HTTP', () => {
  it('is live, and ready while the engine is', async () => {
    const { app, engine } = await serve({ health: true });
    await request(app.getHttpServer())
      .get('/health/live')
      .expect(200, { status: 'ok' })
      .expect('cache-control', 'no-store');
    await request(app.getHttpServer()).get('/health/ready').expect(200, { status: 'ok' });
    engine.ready = false;
    await request(app.getHttpServer()).get('/health/live').expect(200);
    const answer = await request(app.getHttpServer())
      .get('/health/ready')
      .expect(503)
      .expect('content-type', /application\/problem\+json/);
    expect(answer.body).toEqual({
      type: 'about:blank',
      status: 503,
      title: 'Not ready',
      detail: 'The engine is started, or its database does not answer.',
    });
    await app.close();
  });

  it('is where it is put, or nowhere', async () => {
    const elsewhere = await serve({ health: { path: 'internal/romancy' } });
    await request(elsewhere.app.getHttpServer()).get('/internal/romancy/live').expect(200);
    await request(elsewhere.app.getHttpServer()).get('/health/live').expect(404);
    const none = await serve(false);
    await request(none.app.getHttpServer()).get('/health/live').expect(404);
    await Promise.all([elsewhere.app.close(), none.app.close()]);
  });

  it('shares its problem documents with the application', async () => {
    const { app } = await serve(undefined);
    const answer = await request(app.getHttpServer())
      .get('/orders')
      .expect(400)
      .expect('content-type', /application\/problem\+json/);
    expect(answer.body).toEqual({
      type: 'about:blank',
      status: 400,
      title: 'Invalid order',
      errors: [{ field: 'quantity', message: 'must be at least 1' }],
    });
    await app.close();
  });
});
