import type { LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ROMANCY_STORAGE_FACTORY, RomancyModule, Workflow, WorkflowClient } from '@romancy/nestjs';
import { Llm, RomancyLlmModule, type LlmAnswer, type RomancyLlmOptions } from '@romancy/nestjs-llm';
import { scriptedProvider } from '@romancy/nestjs-llm/testing';
import { MemoryStorage } from '@romancy/testing';
import { inspect } from 'node:util';
import { z } from 'zod';
import { openai } from './wire/openai.dialect.js';
import { WireServer, type Reply } from './wire/wire-server.js';

const SECRET = 'ada@example.org';
const secret = /ada@example\.org/g;

@Workflow({ name: 'letters' })
class Letters {
  constructor(private readonly llm: Llm) {}

  async run(kind: string): Promise<LlmAnswer> {
    const options = { system: `You write to ${SECRET}.` };
    const first = await this.llm.call(`Greet ${SECRET}.`, options);
    if (kind === 'short') return first;
    const parsed = await this.llm.callParse(z.object({ to: z.string() }), `Who is ${SECRET}?`, options);
    const tools = [{ name: 'send', description: 'Sends.', input: z.object({ to: z.string() }) }];
    const asked = await this.llm.call(`Send to ${SECRET}.`, { ...options, tools });
    return { ...asked, text: `${first.text} ${parsed.value.to}` };
  }
}

class Capture implements LoggerService {
  readonly lines: string[] = [];
  readonly #take = (...args: unknown[]): void => void this.lines.push(inspect(args, { depth: 9 }));
  readonly log = this.#take;
  readonly error = this.#take;
  readonly warn = this.#take;
  readonly debug = this.#take;
  readonly verbose = this.#take;
}

async function start(llm: RomancyLlmOptions, capture: Capture = new Capture()) {
  const storage = new MemoryStorage();
  const app = await Test.createTestingModule({
    imports: [RomancyModule.forRoot({ database: 'unused', cacheSize: 0 }), RomancyLlmModule.forRoot(llm)],
    providers: [Letters],
  })
    .setLogger(capture)
    .overrideProvider(ROMANCY_STORAGE_FACTORY)
    .useValue(() => storage)
    .compile();
  await app.init();
  const history = async (): Promise<string> => JSON.stringify(await storage.history.read('i', 0, 99));
  return { app, client: app.get(WorkflowClient), history };
}

describe('redaction', () => {
  it('that fails is not paid for again, and its words are not stored', async () => {
    const script = scriptedProvider([{ text: SECRET }, { text: SECRET }]);
    const redact = (text: string, part: string): string => {
      if (part === 'answer') throw new RangeError(`too long: ${text}`);
      return text.replaceAll(secret, '*');
    };
    const { app, client, history } = await start({
      defaults: { provider: 'script', model: 'm' },
      providers: { script },
      retry: { maxAttempts: 2, initialInterval: 1 },
      redact,
    });
    const failed: unknown = await client
      .execute(Letters, 'short', { instanceId: 'i', timeout: '10s' })
      .catch((error: unknown) => error);
    expect((failed as Error).cause).toMatchObject({ code: 'ROMANCY_LLM_CONFIGURATION', details: { part: 'answer' } });
    expect(script.requests).toHaveLength(1);
    expect(await history()).not.toContain(SECRET);
    await app.close();
  });

  it('keeps texts out of history, and not from the model', async () => {
    const script = scriptedProvider([
      { text: `Dear ${SECRET}` },
      { value: { to: SECRET } },
      { toolCalls: [{ name: 'send', input: { to: SECRET } }] },
    ]);
    const parts = new Set<string>();
    const { app, client, history } = await start({
      defaults: { provider: 'script', model: 'm' },
      providers: { script },
      redact: (text, part) => {
        parts.add(part);
        return text.replaceAll(secret, '[e-mail]');
      },
    });
    const result = await client.execute(Letters, 'long', { instanceId: 'i', timeout: '10s' });
    // The workflow sees what is stored: in the first run as in every replay.
    expect(result.text).toBe('Dear [e-mail] [e-mail]');
    expect(result.toolCalls).toEqual([{ id: 'send-0', name: 'send', input: { to: '[e-mail]' } }]);
    expect(script.requests.map(({ message }) => message)).toEqual([
      `Greet ${SECRET}.`,
      `Who is ${SECRET}?`,
      `Send to ${SECRET}.`,
    ]);
    expect(script.requests[0]?.system).toBe(`You write to ${SECRET}.`);
    expect(await history()).not.toMatch(secret);
    expect(await history()).toContain('Greet [e-mail].');
    expect([...parts].sort()).toEqual(['answer', 'prompt', 'system', 'tool-call', 'value']);
    await app.close();
  });
});

describe('logs and failures', () => {
  it.each<[string, readonly Reply[], string]>([
    [
      'a refusal that repeats the prompt',
      [{ refuse: 400, body: { error: { message: `${SECRET} secret-key`, type: SECRET, code: 'invalid_api_key' } } }],
      'ROMANCY_LLM_PROVIDER',
    ],
    ['a rate limit', [{ refuse: 429 }], 'ROMANCY_LLM_RATE_LIMIT'],
    ['a broken connection', [{ cut: 'before' }], 'ROMANCY_LLM_PROVIDER'],
    ['an answer that is no JSON', [{ say: { text: 'Hi' } }, { say: { text: `No, ${SECRET}` } }], 'ROMANCY_LLM_OUTPUT'],
  ])('hold neither prompts nor keys after %s', async (_case, replies, code) => {
    const server = await WireServer.start(openai);
    server.replies = replies;
    const capture = new Capture();
    const failures: unknown[] = [];
    const { app, client, history } = await start(
      {
        defaults: { provider: 'openai', model: openai.model },
        providers: openai.providers(server.url),
        retry: { maxAttempts: 2, initialInterval: 1 },
        listener: { onFailure: (_facts, error) => failures.push(error) },
        recordPrompts: false,
      },
      capture,
    );
    const error: unknown = await client
      .execute(Letters, 'long', { instanceId: 'i', timeout: '10s' })
      .catch((reason: unknown) => reason);
    const stored = await history();
    const { error: failure } = await client.get('i');
    expect(stored).toContain(code);
    const everything = [stored, inspect(error, { depth: 9 }), inspect(failure, { depth: 9 }), ...capture.lines].join(
      '\n',
    );
    expect(everything).not.toMatch(secret);
    expect(everything).not.toMatch(/secret-key|Bearer/);
    expect(failures.length).toBeGreaterThan(0);
    await app.close();
    await server.stop();
  });
});
