import { Injectable } from '@nestjs/common';
import { RetryExhaustedError, Workflow, WorkflowFailedError } from '@romancy/nestjs';
import {
  AgentTool,
  DurableAgent,
  Llm,
  LlmError,
  LlmOutputError,
  LlmProviderError,
  LlmRateLimitError,
  LlmTimeoutError,
  toolsOf,
  type LlmAnswer,
  type LlmCallOptions,
} from '@romancy/nestjs-llm';
import { z } from 'zod';
import { boot, closeAll } from '../support/boot.js';
import { anthropic } from './anthropic.dialect.js';
import { USAGE, type Dialect } from './dialect.js';
import { gemini } from './gemini.dialect.js';
import { openaiCompatible } from './openai-compatible.dialect.js';
import { openai } from './openai.dialect.js';
import { WireServer, type Reply } from './wire-server.js';

const PROMPT = 'Something about: a private matter';
const Weather = z.object({ sky: z.enum(['blue', 'grey']), degrees: z.number() });
const pieces: string[] = [];

interface Task {
  readonly options?: LlmCallOptions;
  readonly structured?: boolean;
  readonly listen?: boolean;
}

@Workflow({ name: 'asking' })
class Asking {
  constructor(private readonly llm: Llm) {}

  async run({ options = {}, structured = false, listen = false }: Task): Promise<LlmAnswer> {
    const onText = listen
      ? ({ attempt, text }: { attempt: number | undefined; text: string }) => pieces.push(`${attempt}:${text}`)
      : undefined;
    if (structured) return this.llm.callParse(Weather, PROMPT, options);
    return this.llm.call(PROMPT, { ...options, onText });
  }
}

@Injectable()
class Almanac {
  @AgentTool({ description: 'Tells the weather of a town.', input: z.object({ town: z.string() }) })
  async lookUp({ town }: { town: string }): Promise<{ report: string }> {
    return { report: `${town}: rain` };
  }
}

@Injectable()
class WeatherAgent extends DurableAgent {
  constructor(llm: Llm, almanac: Almanac) {
    super(llm, { name: 'weather', tools: toolsOf(Almanac, almanac, 'lookUp') });
  }
}

@Workflow({ name: 'travelling' })
class Travelling {
  constructor(private readonly agent: WeatherAgent) {}

  async run(): Promise<string> {
    return (await this.agent.chat('Will it rain in Oslo?')).text;
  }
}

describe.each([anthropic, openai, gemini, openaiCompatible])('$name', (dialect: Dialect) => {
  let server: WireServer;

  beforeEach(async () => {
    server = await WireServer.start(dialect);
    pieces.length = 0;
  });

  afterEach(async () => {
    await closeAll();
    await server.stop();
    expect(server.problems).toEqual([]);
  });

  async function start(replies: readonly Reply[], defaults: LlmCallOptions = {}) {
    server.replies = replies;
    return boot({
      llm: {
        defaults: { provider: dialect.provider, model: dialect.model, ...defaults },
        providers: dialect.providers(server.url),
        retry: { maxAttempts: 3, initialInterval: 1, maxInterval: 1 },
        prices: { [dialect.model]: { input: 2_000_000, cachedInput: 1_000_000, output: 3_000_000 } },
      },
      providers: [Asking, Almanac, WeatherAgent, Travelling],
    });
  }

  async function ask(replies: readonly Reply[], task: Task = {}): Promise<LlmAnswer> {
    const { client } = await start(replies);
    return client.execute(Asking, task, { instanceId: 'i', timeout: '20s' });
  }

  async function failure(replies: readonly Reply[], task: Task = {}): Promise<unknown> {
    const error: unknown = await ask(replies, task).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    const { cause } = error as WorkflowFailedError;
    return cause instanceof RetryExhaustedError ? cause.cause : cause;
  }

  it('gets what the options say, and its answer is recorded', async () => {
    const options = {
      system: 'Be brief.',
      maxTokens: 99,
      temperature: 0.5,
      topP: 0.9,
      topK: 7,
      seed: 5,
      stopSequences: ['END'],
    };
    // Two ways to sample at once are refused by some.
    const { topP, temperature, ...rest } = options;
    const sampling = dialect.supports.includes('topP') ? { topP } : { temperature };
    const answer = await ask([{ say: { text: 'Rain.' } }], { options: { ...rest, ...sampling } });
    expect(answer).toMatchObject({
      text: 'Rain.',
      provider: dialect.provider,
      model: dialect.answeringModel,
      finishReason: 'stop',
      usage: {
        inputTokens: USAGE.input,
        cachedInputTokens: USAGE.cached,
        outputTokens: USAGE.output,
        totalTokens: USAGE.input + USAGE.output,
      },
      cost: (USAGE.input - USAGE.cached) * 2 + USAGE.cached + USAGE.output * 3,
      toolCalls: [],
    });
    const expected: Record<string, unknown> = { maxTokens: 99, topK: 7, seed: 5, stop: ['END'], ...sampling };
    expect(server.requests).toMatchObject([
      { key: 'secret-key', model: dialect.model, system: 'Be brief.', texts: [PROMPT], stream: false },
    ]);
    for (const setting of dialect.supports.filter((name) => name in expected))
      expect([setting, server.requests[0]?.settings[setting]]).toEqual([setting, expected[setting]]);
  });

  it('lets an agent call tools and go on with what they say', async () => {
    const { client, storage } = await start([
      { say: { tool: { name: 'lookUp', input: '{"town":"Oslo"}' } } },
      { say: { text: 'Take an umbrella.' } },
    ]);
    await expect(client.execute(Travelling, undefined, { instanceId: 't', timeout: '20s' })).resolves.toBe(
      'Take an umbrella.',
    );
    expect(server.requests.map(({ tools }) => tools)).toEqual([['lookUp'], ['lookUp']]);
    expect(server.requests[1]?.texts.at(-1)).toContain('Oslo: rain');
    const rows = await storage.history.read('t', 0, 10);
    expect(rows.map(({ activityId }) => activityId)).toEqual(['llm_call:1', 'lookUp:1', 'llm_call:2']);
  });

  it('answers with a value of the schema, and is asked again when it does not', async () => {
    const value = { sky: 'grey', degrees: 9 };
    const answer = await ask(
      [
        { say: { text: 'It is grey.' } },
        { say: { text: '{"sky": "green", "degrees": 9}' } },
        { say: { text: JSON.stringify(value) } },
      ],
      { structured: true },
    );
    expect(answer).toMatchObject({ value });
    expect(server.requests.map(({ hasSchema }) => hasSchema)).toEqual([true, true, true]);
  });

  it('whose answers never fit fails with the places that do not', async () => {
    const error = await failure([{ say: { text: '{"sky": "green"}' } }], { structured: true });
    expect(error).toBeInstanceOf(LlmOutputError);
    expect(error).toMatchObject({ problem: 'not-the-schema', paths: ['sky', 'degrees'], code: 'ROMANCY_LLM_OUTPUT' });
    expect(server.requests).toHaveLength(3);
  });

  it('that cuts a value off at maxTokens is not asked again', async () => {
    const error = await failure([{ say: { text: '{"sky": "gr', isCutOff: true } }], { structured: true });
    expect(error).toMatchObject({ code: 'ROMANCY_LLM_OUTPUT', problem: 'cut-off', retryable: false });
    expect(server.requests).toHaveLength(1);
  });

  it('is given the time that it asks for after 429', async () => {
    const answer = await ask([{ refuse: 429, headers: { 'retry-after': '1' } }, { say: { text: 'Rain.' } }]);
    expect(answer.text).toBe('Rain.');
    const [first, second] = server.requests.map(({ at }) => at) as [number, number];
    expect(second - first).toBeGreaterThanOrEqual(990);
  });

  it('that goes on refusing with 429 fails with what it said, and nothing of the prompt', async () => {
    const error = await failure([{ refuse: 429 }]);
    expect(error).toBeInstanceOf(LlmRateLimitError);
    expect((error as Error).message).toContain(`answered 429 (${dialect.error(429).type})`);
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain('private');
    expect(server.requests).toHaveLength(3);
  });

  it.each<[string, Reply]>([
    ['answers 500', { refuse: 500 }],
    ['answers 529', { refuse: 529, headers: { 'retry-after': '0' } }],
    ['answers what is no JSON', { garble: true }],
    ['cuts the connection', { cut: 'before' }],
    ['cuts its answer', { cut: 'amid', say: { text: 'Rain and more rain.' } }],
  ])('that %s is asked again', async (_case, reply) => {
    const answer = await ask([reply, reply, { say: { text: 'Rain.' } }]);
    expect(answer.text).toBe('Rain.');
    expect(server.requests).toHaveLength(3);
  });

  it('that refuses the request is not asked again', async () => {
    const error = await failure([{ refuse: 400 }]);
    expect(error).toBeInstanceOf(LlmProviderError);
    expect(error).toBeInstanceOf(LlmError);
    expect(error).not.toBeInstanceOf(LlmRateLimitError);
    expect(error).toMatchObject({ status: 400, type: dialect.error(400).type, retryable: false });
    expect(server.requests).toHaveLength(1);
  });

  it('that is silent is given up after the time-out, and asked again', async () => {
    const answer = await ask([{ silence: true }, { say: { text: 'Rain.' } }], { options: { timeout: '150ms' } });
    expect(answer.text).toBe('Rain.');
    expect(server.requests.map(({ isAbandoned }) => isAbandoned)).toEqual([true, false]);
  });

  it('that stays silent fails with a time-out', async () => {
    const error = await failure([{ silence: true }], { options: { timeout: '50ms' } });
    expect(error).toBeInstanceOf(LlmTimeoutError);
    expect(error).toMatchObject({ timeout: 50 });
  });

  it('streams to a listener; the whole text is recorded', async () => {
    const answer = await ask([{ say: { text: 'Rain and more rain.' } }], { listen: true });
    expect(answer).toMatchObject({
      text: 'Rain and more rain.',
      finishReason: 'stop',
      usage: { outputTokens: USAGE.output },
    });
    expect(pieces).toEqual(['1:Rain ', '1:and ', '1:more ', '1:rain.']);
    expect(server.requests[0]?.stream).toBe(true);
  });

  it.each(['amid', 'early'] as const)('whose stream is cut %s is asked again, from the beginning', async (cut) => {
    const say = { text: 'Rain and more rain.' };
    const answer = await ask([{ cut, say }, { say }], { listen: true });
    expect(answer.text).toBe('Rain and more rain.');
    expect(pieces.filter((piece) => piece.startsWith('2:'))).toEqual(['2:Rain ', '2:and ', '2:more ', '2:rain.']);
  });
});
