import {
  Body,
  Controller,
  ForbiddenException,
  Injectable,
  Module,
  Post,
  VersioningType,
  type CanActivate,
  type INestApplication,
} from '@nestjs/common';
import { APP_GUARD, NestFactory, RouterModule } from '@nestjs/core';
import type { ExecutionContext } from '@nestjs/common';
import {
  defineEvent,
  EngineStateError,
  PayloadTooLargeError,
  ROMANCY_LOGGER,
  RomancyModule,
  StorageUnavailableError,
  UnstorableValueError,
  Workflow,
  type Logger,
  type RomancyHttpOptions,
} from '@romancy/nestjs';
import { Test } from '@nestjs/testing';
import { withFakes } from '../boot.js';
import type { FakeEngine } from '../fake-engine.js';
import { PLATFORMS, serve, type Answer, type Served } from './serve.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENT_TYPE = { 'content-type': 'application/cloudevents+json' };
const event = (parts: object = {}): string =>
  JSON.stringify({ specversion: '1.0', id: '1', source: '/s', type: 't', ...parts });

@Controller()
class OwnController {
  @Post('own')
  own(@Body() body: unknown): unknown {
    return { body };
  }

  @Post('admin/events')
  events(@Body() body: unknown): unknown {
    return { body };
  }
}

@Injectable()
class KeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    if (headers['x-key'] === 'forbidden') throw new ForbiddenException('Not you');
    return headers['x-key'] === 'secret';
  }
}

describe.each(PLATFORMS)('routes of the module on %s', (platform) => {
  let served: Served | undefined;
  afterEach(() => served?.close());

  async function answered(
    path: string,
    options: { http?: RomancyHttpOptions | false; configure?: (app: INestApplication) => void } = {},
  ): Promise<Answer> {
    served = await serve(platform, { ...options, metadata: { controllers: [OwnController] } });
    return served.post(path, EVENT_TYPE, event());
  }

  it.each<[string, RomancyHttpOptions, (app: INestApplication) => void]>([
    ['/events', {}, () => undefined],
    ['/', { events: { path: '/' } }, () => undefined],
    ['/a/b', { events: { path: 'a/b' } }, () => undefined],
    ['/api/events', {}, (app) => app.setGlobalPrefix('api')],
    ['/api', { events: { path: '/' } }, (app) => app.setGlobalPrefix('/api/')],
    ['/events', {}, (app) => app.setGlobalPrefix('api', { exclude: ['events'] })],
    ['/events', {}, (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' })],
    ['/v2/events', { events: { version: '2' } }, (app) => app.enableVersioning()],
    [
      '/api/v2/events?x=1',
      { events: { version: '2' } },
      (app) => app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
    ],
  ])('takes events at %s with %j', async (path, http, configure) => {
    expect(await answered(path, { http, configure })).toMatchObject({ status: 202 });
    expect(served?.engine.delivered).toHaveLength(1);
    // Bytes come through as they are: it was not a parser of the application that read them.
    await served?.post(path, { ...BINARY, 'content-type': 'application/json' }, '"x" ');
    expect(served?.engine.delivered[1]?.event.data).toBe('x');
  });

  const BINARY = { 'ce-specversion': '1.0', 'ce-id': '2', 'ce-source': '/s', 'ce-type': 't' };

  it('leaves the parsers of the application alone', async () => {
    await answered('/events');
    expect(await served?.post('/own', JSON_TYPE, '{"a":1}')).toMatchObject({ status: 201, body: { body: { a: 1 } } });
    expect(await served?.post('/own', JSON_TYPE, '{')).toMatchObject({ status: 400, body: { statusCode: 400 } });
    expect(await served?.post('/admin/events', JSON_TYPE, '{"a":1}')).toMatchObject({ body: { body: { a: 1 } } });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await served?.post('/own', form, 'a=1')).toMatchObject({ body: { body: { a: '1' } } });
  });

  it('mounts events and health, and nothing else, unless it is told', async () => {
    expect(await answered('/events')).toMatchObject({ status: 202 });
    expect(await served?.post('/cancel/x', {})).toMatchObject({ status: 404 });
    await served?.close();
    expect(await answered('/events', { http: false })).toMatchObject({ status: 404 });
    await served?.close();
    expect(await answered('/events', { http: { events: false } })).toMatchObject({ status: 404 });
  });

  it('answers 413 to a body over the limit, and 202 to one that is just within it', async () => {
    const body = event();
    served = await serve(platform, { http: { events: { limit: body.length } } });
    expect(await served.post('/events', EVENT_TYPE, body)).toMatchObject({ status: 202 });
    for (const size of [body.length + 1, 100_000, 5_000_000]) {
      const answer = await served.post('/events', EVENT_TYPE, body.padEnd(size)).catch(() => undefined);
      // A client that goes on sending may find the connection closed.
      if (size < 1_000_000 || answer)
        expect(answer).toMatchObject({ status: 413, body: { error_type: 'PayloadTooLarge', retryable: false } });
    }
    expect(served.engine.delivered).toHaveLength(1);
    expect(await served.post('/events', EVENT_TYPE, body)).toMatchObject({ status: 202 });
  });

  it.each<[string, Error, number, string, boolean]>([
    ['a database that is gone', new StorageUnavailableError('gone'), 500, 'StorageError', true],
    ['anything unexpected', new Error('secret detail'), 500, 'StorageError', true],
    ['a shutdown', new EngineStateError('deliver', 'stopping'), 503, 'Unavailable', true],
    ['a value that cannot be stored', new UnstorableValueError('$.a', 'it is bad.'), 400, 'ValidationError', false],
    ['a value that is too large', new PayloadTooLargeError(9, 8), 413, 'PayloadTooLarge', false],
  ])('answers %s', async (_, error, status, type, retryable) => {
    served = await serve(platform);
    served.engine.deliverError = error;
    const answer = await served.post('/events', EVENT_TYPE, event());
    expect(answer).toMatchObject({ status, body: { error_type: type, retryable } });
    expect(answer.text).not.toContain('secret');
  });

  it('lets guards decide, in the form of the route', async () => {
    served = await serve(platform, { http: { cancel: true, guards: [KeyGuard] } });
    const asked = (key: string) => served!.post('/events', { ...EVENT_TYPE, 'x-key': key }, event());
    expect(await asked('secret')).toMatchObject({ status: 202 });
    expect(await asked('wrong')).toMatchObject({
      status: 403,
      body: { error: 'Forbidden resource', error_type: 'ForbiddenException', retryable: false },
    });
    expect(await asked('forbidden')).toMatchObject({ status: 403, body: { error: 'Not you' } });
    const cancel = await served.post('/cancel/x', { 'x-key': 'wrong' });
    expect(cancel).toMatchObject({ status: 403, body: { status: 403, errors: [] } });
    expect(cancel.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(served.engine.delivered).toHaveLength(1);
  });

  it('refuses data that does not match the schema of the event, and stores nothing of a batch with such an event', async () => {
    const validate = (value: unknown) =>
      value === 1 ? { value } : { issues: [{ message: 'must be 1', path: ['a'] }] };
    defineEvent('http.checked', { schema: { '~standard': { version: 1, vendor: 'test', validate } } });
    served = await serve(platform);
    expect(await served.post('/events', EVENT_TYPE, event({ type: 'http.checked', data: 1 }))).toMatchObject({
      status: 202,
    });
    expect(await served.post('/events', EVENT_TYPE, event({ type: 'http.checked', data: 2 }))).toMatchObject({
      status: 400,
      body: { error_type: 'DataError', retryable: false, issues: [{ path: 'data.a', message: 'must be 1' }] },
    });
    const batch = [{ id: 'a' }, { id: 'b', type: 'http.checked', data: 2 }].map(
      (parts) => JSON.parse(event(parts)) as object,
    );
    const answer = await served.post(
      '/events',
      { 'content-type': 'application/cloudevents-batch+json' },
      JSON.stringify(batch),
    );
    expect(answer.status).toBe(400);
    expect(served.engine.delivered).toHaveLength(1);
  });

  it('hands on what an event starts, nothing for one that names its instance', async () => {
    const placed = defineEvent<{ a: number }>('http.placed');

    @Workflow({ name: 'by_token', startOn: placed })
    class ByToken {
      async run(input: { a: number }): Promise<number> {
        return input.a;
      }
    }

    @Workflow({ name: 'http.named', startOn: true })
    class ByName {
      async run(): Promise<void> {}
    }

    @Workflow({ name: 'by_list', startOn: ['http.placed', 'http.other'] })
    class ByList {
      async run(input: unknown): Promise<unknown> {
        return input;
      }
    }

    @Workflow({ name: 'never' })
    class Never {
      async run(): Promise<void> {}
    }

    served = await serve(platform, { metadata: { providers: [ByToken, ByName, ByList, Never] } });
    for (const parts of [
      { type: 'http.placed', data: { a: 1 } },
      { type: 'http.named' },
      { type: 'http.other', data: 2 },
      { type: 'never' },
      { type: 'http.placed', data: { a: 1 }, romancyinstanceid: 'i-1' },
      { type: 'http.placed', data: { a: 1 }, eddainstanceid: 'i-2' },
    ])
      expect((await served.post('/events', EVENT_TYPE, event(parts))).status).toBe(202);
    expect(served.engine.delivered.map(({ starts, target }) => [starts, target])).toEqual([
      [
        [
          { workflowName: 'by_token', input: { a: 1 } },
          { workflowName: 'by_list', input: { a: 1 } },
        ],
        undefined,
      ],
      [[{ workflowName: 'http.named', input: undefined }], undefined],
      [[{ workflowName: 'by_list', input: 2 }], undefined],
      [[], undefined],
      [[], 'i-1'],
      [[], 'i-2'],
    ]);
  });
});

describe('routes of the module', () => {
  const warnings: string[] = [];
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => warnings.push(message),
    error: () => undefined,
  };
  beforeEach(() => (warnings.length = 0));

  async function warned(
    http: RomancyHttpOptions | false | undefined,
    providers: object[] = [],
  ): Promise<readonly string[]> {
    const engines: FakeEngine[] = [];
    const builder = withFakes(
      Test.createTestingModule({
        imports: [RomancyModule.forRoot({ database: 'x.db', http })],
        providers: providers as never,
      }),
      engines,
    );
    const app = (await builder.overrideProvider(ROMANCY_LOGGER).useValue(logger).compile()).createNestApplication();
    await app.init();
    await app.close();
    return warnings;
  }

  it('are warned of where they have no guard', async () => {
    expect(await warned({ cancel: true })).toEqual([
      expect.stringContaining('POST /events has no guard'),
      expect.stringContaining('POST /cancel has no guard'),
    ]);
  });

  it.each<[string, RomancyHttpOptions | false, object[]]>([
    ['guards', { cancel: true, guards: [KeyGuard] }, []],
    ['no routes', false, []],
    ['a global guard', { cancel: true }, [{ provide: APP_GUARD, useClass: KeyGuard }]],
  ])('are not warned of with %s', async (_, http, providers) => {
    expect(await warned(http, providers)).toEqual([]);
  });

  it('follow the path that a router gives the module', async () => {
    const romancy = RomancyModule.forRoot({ database: 'x.db' });
    const served = await serve('express', {
      metadata: { imports: [RouterModule.register([{ path: 'internal', module: romancy.module }])] },
    });
    const answer = await served.post('/internal/events', EVENT_TYPE, '{');
    expect(answer).toMatchObject({ status: 400, body: { error_type: 'ParseError' } });
    await served.close();
  });

  it('are no obstacle to an application without HTTP', async () => {
    @Module({ imports: [RomancyModule.forRoot({ database: ':memory:', http: { cancel: true } })] })
    class WorkerModule {}

    const context = await NestFactory.createApplicationContext(WorkerModule, { logger: false });
    await context.close();
  });
});
