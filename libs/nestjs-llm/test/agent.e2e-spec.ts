import { Injectable } from '@nestjs/common';
import { ActivityContext, TerminalError, Workflow, WorkflowFailedError, type WorkflowContext } from '@romancy/nestjs';
import {
  AgentTool,
  AgentToolLimitError,
  DurableAgent,
  lastTurns,
  Llm,
  LlmConfigurationError,
  newConversation,
  toolsOf,
  type AgentPrompt,
  type Conversation,
  type LlmMessage,
} from '@romancy/nestjs-llm';
import { scriptedProvider, type ScriptedStep } from '@romancy/nestjs-llm/testing';
import { z } from 'zod';
import { boot, closeAll, type Booted } from './support/boot.js';

interface Customer {
  readonly customerId: string;
}

@Injectable()
class OrderTools {
  readonly calls: string[] = [];
  constructor(private readonly activity: ActivityContext) {}

  @AgentTool({ description: 'Finds an order.', input: z.object({ orderId: z.string() }), retry: { maxAttempts: 1 } })
  async findOrder({ orderId }: { orderId: string }, { customerId }: Customer): Promise<{ orderId: string; due: Date }> {
    this.calls.push(`${customerId} ${orderId} ${this.activity.stepId}`);
    if (orderId === 'gone') throw new TerminalError('This order was deleted.');
    if (orderId === 'broken') throw new Error('The shop is closed.');
    return { orderId, due: new Date(0) };
  }

  @AgentTool({ name: 'pay_back', description: 'Pays back.', input: z.object({ cents: z.int() }), transactional: false })
  async refund({ cents }: { cents: number }): Promise<string> {
    this.calls.push(`refund ${cents}`);
    return 'paid';
  }

  async unmarked(_input: { id: string }, _deps: Customer): Promise<void> {}
}

@Injectable()
class SupportAgent extends DurableAgent<Customer> {
  constructor(llm: Llm, orders: OrderTools) {
    super(llm, {
      name: 'support',
      maxToolRounds: 2,
      temperature: 0,
      tools: toolsOf(OrderTools, orders, 'findOrder', 'refund'),
    });
  }

  protected override buildPrompt(message: string, { messages }: Conversation, { customerId }: Customer): AgentPrompt {
    return { system: `You talk to ${customerId}.`, messages: [...messages, { role: 'user', content: message }] };
  }
}

interface Talk {
  readonly messages: readonly string[];
  readonly conversation?: Conversation | undefined;
}

@Workflow({ name: 'talking' })
class Talking {
  constructor(
    private readonly agent: SupportAgent,
    private readonly llm: Llm,
  ) {}

  async run(talk: Talk): Promise<{ texts: string[]; conversation: Conversation; calls: number }> {
    const texts: string[] = [];
    let conversation = talk.conversation ?? newConversation();
    for (const message of talk.messages) {
      const reply = await this.agent.chat(message, { conversation, deps: { customerId: 'ada' } });
      texts.push(reply.text);
      conversation = reply.conversation;
    }
    return { texts, conversation, calls: this.llm.totals().calls };
  }
}

@Workflow({ name: 'impatient' })
class Impatient {
  constructor(private readonly agent: SupportAgent) {}

  async run(): Promise<number> {
    try {
      await this.agent.chat('Hello?', { deps: { customerId: 'ada' } });
      return 0;
    } catch (error) {
      return error instanceof AgentToolLimitError ? error.conversation.messages.length : -1;
    }
  }
}

/** Does what the documentation of the error says. */
@Workflow({ name: 'concluding' })
class Concluding {
  constructor(
    private readonly agent: SupportAgent,
    private readonly llm: Llm,
  ) {}

  async run(): Promise<{ readonly urgent: boolean; readonly text: string }> {
    const deps = { customerId: 'ada' };
    const { conversation } = await this.agent.chat('Hello?', { deps }).catch((error: unknown) => {
      if (error instanceof AgentToolLimitError) return error;
      throw error;
    });
    const asked: readonly LlmMessage[] = [...conversation.messages, { role: 'user', content: 'Decide now.' }];
    const { value } = await this.llm.callMessagesParse(z.object({ urgent: z.boolean() }), asked);
    return { ...value, text: (await this.agent.chat('And?', { deps, conversation })).text };
  }
}

/** A generation for each message: its history ends where the next one begins. */
@Workflow({ name: 'endless' })
class Endless {
  constructor(private readonly agent: SupportAgent) {}

  async run(
    { messages: [message = '', ...rest], conversation }: Talk,
    ctx: WorkflowContext<Talk>,
  ): Promise<Conversation> {
    const reply = await this.agent.chat(message, { conversation, deps: { customerId: 'ada' } });
    return rest.length === 0 ? reply.conversation : ctx.recur({ messages: rest, conversation: reply.conversation });
  }
}

const find = (orderId: unknown): ScriptedStep => ({ toolCalls: [{ name: 'findOrder', input: { orderId } }] });

async function start(
  steps: readonly ScriptedStep[],
): Promise<Booted & { script: ReturnType<typeof scriptedProvider>; calls: string[] }> {
  const script = scriptedProvider(steps);
  const booted = await boot({
    llm: { defaults: { provider: 'script', model: 'm' }, providers: { script }, retry: { maxAttempts: 1 } },
    providers: [OrderTools, SupportAgent, Talking, Impatient, Concluding, Endless],
    romancy: { cacheSize: 0 },
  });
  return { ...booted, script, calls: booted.app.get(OrderTools).calls };
}

const talk = async ({ client }: Booted, input: Talk, instanceId = 't') =>
  client.execute(Talking, input, { instanceId, timeout: '10s' });

afterEach(closeAll);

describe('DurableAgent', () => {
  it('calls its tools with what the workflow gave it, each as a step', async () => {
    const booted = await start([
      find('17'),
      { toolCalls: [{ name: 'pay_back', input: { cents: 5 } }] },
      { text: 'Done.' },
    ]);
    const { texts, conversation, calls } = await talk(booted, { messages: ['Where is order 17?'] });
    expect([texts, calls]).toEqual([['Done.'], 3]);
    expect(booted.calls).toEqual(['ada 17 findOrder:1', 'refund 5']);
    const rows = await booted.storage.history.read('t', 0, 10);
    expect(rows.map(({ activityId }) => activityId)).toEqual([
      'llm_call:1',
      'findOrder:1',
      'llm_call:2',
      'pay_back:1',
      'llm_call:3',
    ]);
    expect(booted.script.requests.map(({ system }) => system)).toEqual(Array(3).fill('You talk to ada.'));
    expect(booted.script.requests[1]?.message).toContain('{"orderId":"17","due":"1970-01-01T00:00:00.000Z"}');
    expect(conversation).toMatchObject({ turns: 1, totals: { calls: 3, usage: { totalTokens: 45 } } });
    expect(conversation.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'tool',
      'assistant',
    ]);
  });

  it('calls tools side by side, in the order in which they are asked for', async () => {
    const both: ScriptedStep = {
      toolCalls: [
        { name: 'findOrder', input: { orderId: '1' } },
        { name: 'findOrder', input: { orderId: '2' } },
      ],
    };
    const booted = await start([both, { text: 'Both.' }]);
    await talk(booted, { messages: ['Hi'] });
    expect(booted.calls).toEqual(['ada 1 findOrder:1', 'ada 2 findOrder:2']);
  });

  it.each<[string, ScriptedStep, string]>([
    ['there is no such tool', { toolCalls: [{ name: 'dance', input: {} }] }, 'There are: findOrder, pay_back.'],
    ['the input does not fit', find(17), 'does not fit the schema'],
    ['the input is no JSON', { toolCalls: [{ name: 'findOrder', input: '{"orderId": ' }] }, 'does not fit the schema'],
    ['the tool refuses', find('gone'), 'This order was deleted.'],
    ['the tool fails for good', find('broken'), 'The shop is closed.'],
  ])('tells the model when %s', async (_case, step, told) => {
    const booted = await start([step, { text: 'Sorry.' }]);
    await expect(talk(booted, { messages: ['Hi'] })).resolves.toMatchObject({ texts: ['Sorry.'] });
    expect(booted.script.requests[1]?.message).toContain('"error-text"');
    expect(booted.script.requests[1]?.message).toContain(told);
  });

  it('stops after as many rounds as it may take', async () => {
    const booted = await start([find('1'), find('2'), find('3')]);
    await expect(booted.client.execute(Impatient, undefined, { timeout: '10s' })).resolves.toBe(7);
    expect(booted.calls).toHaveLength(2);
    const again = await start([find('1'), find('2'), find('3')]);
    const failed: unknown = await talk(again, { messages: ['Hi'] }).catch((error: unknown) => error);
    expect((failed as WorkflowFailedError).cause).toBeInstanceOf(AgentToolLimitError);
    expect(JSON.stringify(await again.client.get('t'))).not.toContain('assistant');
  });

  it('can be asked for a conclusion, or go on, when it was stopped', async () => {
    const booted = await start([find('1'), find('2'), find('3'), { text: '{"urgent":true}' }, { text: 'Well.' }]);
    const concluded = { urgent: true, text: 'Well.' };
    await expect(booted.client.execute(Concluding, undefined, { timeout: '10s' })).resolves.toEqual(concluded);
    const prompt = booted.script.requests[3]?.options.prompt ?? [];
    expect(prompt.slice(-2)).toMatchObject([
      { role: 'tool', content: [{ type: 'tool-result', toolName: 'findOrder', output: { type: 'error-text' } }] },
      { role: 'user' },
    ]);
  });

  it('goes on with a conversation, which may have been handed to another instance', async () => {
    const first = await start([find('1'), { text: 'One.' }, { text: 'Two.' }]);
    const before = await talk(first, { messages: ['a', 'b'] });
    const rows = await first.storage.history.read('t', 0, 10);
    const prompts = rows
      .filter(({ activityId }) => activityId.startsWith('llm_call'))
      .map(({ data }) => JSON.parse(data ?? '').result.prompt);
    // Each call records what is new in it; the rest is on record already.
    expect(prompts.map(({ messages }) => messages.map(({ role }: LlmMessage) => role))).toEqual([
      ['user'],
      ['tool'],
      ['user'],
    ]);

    const second = await start([{ text: 'Three.' }]);
    const after = await talk(second, { messages: ['c'], conversation: before.conversation }, 'u');
    expect(after.conversation).toMatchObject({ turns: 3, totals: { calls: 4 } });
    expect(second.script.requests[0]?.options.prompt.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
  });

  it('goes on in the next generation of a workflow that recurs, with the results of its tools', async () => {
    const booted = await start([find('1'), { text: 'One.' }, find('2'), { text: 'Two.' }]);
    const input = { messages: ['a', 'b'] };
    const conversation = await booted.client.execute(Endless, input, { instanceId: 'e', timeout: '10s' });
    expect(conversation).toMatchObject({ turns: 2, totals: { calls: 4 } });
    expect(conversation.messages.map(({ role }) => role)).toEqual(
      Array(2).fill(['user', 'assistant', 'tool', 'assistant']).flat(),
    );
    // The first generation's rows are in the archive.
    await expect(booted.app.get(Llm).totalsOf('e')).resolves.toMatchObject({ calls: 2, usage: { totalTokens: 30 } });
    const last = booted.script.requests.at(-1)?.options.prompt ?? [];
    expect(JSON.stringify(last)).toMatch(/"orderId":"1","due".*"orderId":"2","due"/);
  });

  it('takes tools from marked methods only, and for the same dependencies', () => {
    const orders = new OrderTools(new ActivityContext());
    expect(() => toolsOf(OrderTools, orders, 'unmarked')).toThrow(LlmConfigurationError);
    // @ts-expect-error no method of that name
    expect(() => toolsOf(OrderTools, orders, 'findorder')).toThrow('OrderTools.findorder is no tool');
    class Other extends DurableAgent<{ readonly shopId: string }> {
      constructor() {
        // @ts-expect-error findOrder wants a customer
        super({} as Llm, { name: 'other', tools: toolsOf(OrderTools, orders, 'findOrder') });
      }
    }
    expect(new Other()).toBeDefined();
  });
});

describe('lastTurns', () => {
  const messages: readonly LlmMessage[] = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: [{ type: 'tool-call', toolCallId: '1', toolName: 't', input: {} }] },
    {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: '1', toolName: 't', output: { type: 'text', value: 'x' } }],
    },
    { role: 'assistant', content: 'A' },
    { role: 'user', content: 'b' },
    { role: 'assistant', content: 'B' },
  ];
  const conversation: Conversation = { ...newConversation(), messages, turns: 2 };

  it('cuts where the user speaks', () => {
    expect(lastTurns(conversation, 1).messages).toEqual(messages.slice(4));
    expect(lastTurns(conversation, 2).messages).toEqual(messages);
    expect(lastTurns(conversation, 9).messages).toEqual(messages);
    expect(lastTurns(conversation, 0)).toEqual({ ...conversation, messages: [] });
  });
});
