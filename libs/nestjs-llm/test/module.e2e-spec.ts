import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { PayloadTransform } from '@romancy/core';
import { RomancyModule, Workflow, WorkflowClient } from '@romancy/nestjs';
import {
  Llm,
  LlmConfigurationError,
  ROMANCY_LLM_OPTIONS,
  RomancyLlmModule,
  type LlmCallFacts,
  type RomancyLlmOptions,
  type RomancyLlmOptionsFactory,
} from '@romancy/nestjs-llm';
import { scriptedProvider } from '@romancy/nestjs-llm/testing';
import { eventually } from '../../../test/support/eventually.js';
import { boot, closeAll } from './support/boot.js';
import { openaiCompatible } from './wire/openai-compatible.dialect.js';
import { WireServer } from './wire/wire-server.js';

@Workflow({ name: 'asking' })
class Asking {
  constructor(private readonly llm: Llm) {}

  async run(prompt: string): Promise<string> {
    return (await this.llm.call(prompt)).text;
  }
}

const scripted = (): RomancyLlmOptions => ({
  defaults: { provider: 'script', model: 'm' },
  providers: { script: scriptedProvider((request) => ({ text: `<${request.message}>` })) },
});

@Injectable()
class Settings implements RomancyLlmOptionsFactory {
  createRomancyLlmOptions(): RomancyLlmOptions {
    return scripted();
  }
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

afterEach(closeAll);

describe('RomancyLlmModule', () => {
  it.each([
    ['forRoot', RomancyLlmModule.forRoot(scripted())],
    [
      'useFactory',
      RomancyLlmModule.forRootAsync({
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: (from: Settings) => from.createRomancyLlmOptions(),
      }),
    ],
    ['useClass', RomancyLlmModule.forRootAsync({ useClass: Settings })],
    ['useExisting', RomancyLlmModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings })],
  ])('takes its options by %s', async (_way, module) => {
    const app = await Test.createTestingModule({
      imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' }), module],
      providers: [Asking],
    }).compile();
    await app.init();
    await expect(app.get(WorkflowClient).execute(Asking, 'Hi', { timeout: '10s' })).resolves.toBe('<Hi>');
    await app.close();
  });

  it('refuses to start with a default provider that cannot work', async () => {
    await expect(boot({ llm: { defaults: { provider: 'nobody', model: 'm' } } })).rejects.toThrow(
      LlmConfigurationError,
    );
    await expect(boot({ llm: {} })).resolves.toBeDefined();
  });

  it('can be given other options by a test', async () => {
    const app = await Test.createTestingModule({
      imports: [
        RomancyModule.forRoot({ database: 'sqlite::memory:' }),
        RomancyLlmModule.forRoot({ defaults: { provider: 'nobody' } }),
      ],
    })
      .overrideProvider(ROMANCY_LLM_OPTIONS)
      .useValue(scripted())
      .compile();
    await app.init();
    expect((await app.get(Llm).call('Hi')).text).toBe('<Hi>');
    await app.close();
  });

  it('says what a call misses', async () => {
    const { app } = await boot({ llm: { providers: scripted().providers ?? {} } });
    const llm = app.get(Llm);
    await expect(llm.call('x')).rejects.toThrow('names no provider');
    await expect(llm.call('x', { provider: 'script' })).rejects.toThrow('names no model');
    const tool = { name: 'not a name', description: '', input: null as never };
    await expect(llm.call('x', { provider: 'script', model: 'm', tools: [tool] })).rejects.toThrow(
      'is no name of a tool',
    );
  });
});

describe('a listener', () => {
  it('is told of answers and failures, and changes nothing', async () => {
    const told: string[] = [];
    const tell = (what: string, { call, stepId, attempt }: LlmCallFacts): void => {
      told.push(`${what} ${call} ${stepId} ${attempt}`);
      throw new Error('a listener that fails');
    };
    const { client } = await boot({
      llm: {
        defaults: { provider: 'script', model: 'm' },
        providers: { script: scriptedProvider([new Error('down'), { text: 'Hello there' }]) },
        retry: { initialInterval: 1 },
        listener: {
          onText: (delta) => tell(`text ${delta.text}`, delta),
          onAnswer: (facts, { text }) => tell(`answer ${text}`, facts),
          onFailure: (facts, error) => tell(`failure ${(error as Error).message}`, facts),
        },
      },
      providers: [Asking],
    });
    await expect(client.execute(Asking, 'Hi', { timeout: '10s' })).resolves.toBe('Hello there');
    await eventually('the answer is told of', async () => told.length === 4);
    expect(told).toEqual([
      'failure down call llm_call:1 1',
      'text Hello  call llm_call:1 2',
      'text there call llm_call:1 2',
      'answer Hello there call llm_call:1 2',
    ]);
  });
});

describe('totals of an instance', () => {
  it('are read where results are stored encrypted, too', async () => {
    const mirror: PayloadTransform = {
      name: 'mirror',
      encode: (text) => text.split('').reverse().join(''),
      decode: (text) => text.split('').reverse().join(''),
    };
    const { app, client, storage } = await boot({
      llm: scripted(),
      providers: [Asking],
      romancy: { transforms: [mirror] },
    });
    await client.execute(Asking, 'Hi', { instanceId: 'i', timeout: '10s' });
    expect((await storage.history.read('i', 0, 9))[0]?.data).not.toContain('outputTokens');
    await expect(app.get(Llm).totalsOf('i')).resolves.toMatchObject({
      calls: 1,
      usage: { totalTokens: 15 },
      unpricedCalls: 1,
    });
    await expect(app.get(Llm).totalsOf('nobody')).rejects.toThrow('nobody');
  });
});

describe('a cancelled workflow', () => {
  it('hangs up', async () => {
    const server = await WireServer.start(openaiCompatible);
    server.replies = [{ silence: true }];
    const { client } = await boot({
      llm: {
        defaults: { provider: 'local', model: openaiCompatible.model },
        providers: openaiCompatible.providers(server.url),
      },
      providers: [Asking],
    });
    const handle = await client.start(Asking, 'Hi');
    await eventually('the request', async () => server.requests.length === 1);
    await handle.cancel();
    await eventually('the end of the request', async () => server.requests[0]?.isAbandoned);
    await eventually('the end', async () => (await handle.status()) === 'cancelled');
    expect(server.requests).toHaveLength(1);
    await server.stop();
  });
});
