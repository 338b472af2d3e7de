import { readFile } from 'node:fs/promises';
import { Workflow, type WorkflowContext, type WorkflowEvent } from '@romancy/nestjs';
import { Llm, type LlmAnswer, type LlmTotals } from '@romancy/nestjs-llm';
import { scriptedProvider } from '@romancy/nestjs-llm/testing';
import { z } from 'zod';
import { eventually } from '../../../test/support/eventually.js';
import { boot, closeAll } from './support/boot.js';

const Topic = z.object({ topic: z.enum(['billing', 'delivery']) });

@Workflow({ name: 'calls' })
class Calls {
  constructor(private readonly llm: Llm) {}

  async run(
    text: string,
    ctx: WorkflowContext,
  ): Promise<{ answer: LlmAnswer; topic: string; last: string; totals: LlmTotals }> {
    const answer = await this.llm.call(text, { system: 'Be short.' });
    const { value } = await this.llm.callParse(Topic, text);
    await ctx.sleep('10ms');
    const messages = [
      { role: 'user' as const, content: text },
      ...answer.messages,
      { role: 'user' as const, content: 'And?' },
    ];
    const { text: last } = await this.llm.callMessages(messages);
    return { answer, topic: value.topic, last, totals: this.llm.totals() };
  }
}

const defaults = { provider: 'script', model: 'small' };

afterEach(closeAll);

describe('calls of a workflow', () => {
  it('are recorded steps, whose answers a replay takes from history', async () => {
    const script = scriptedProvider([{ text: 'Hello.' }, { value: { topic: 'billing' } }, { text: 'Nothing.' }]);
    const { client, storage, app } = await boot({
      llm: { defaults, providers: { script }, prices: { small: { input: 1, output: 2 } } },
      providers: [Calls],
      romancy: { cacheSize: 0 },
    });
    const result = await client.execute(Calls, 'Hi', { instanceId: 'i', timeout: '10s' });
    expect(result.answer).toEqual({
      text: 'Hello.',
      model: 'small',
      provider: 'script',
      finishReason: 'stop',
      usage: {
        inputTokens: 10,
        outputTokens: 5,
        totalTokens: 15,
        cachedInputTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
      },
      cost: 0.00002,
      toolCalls: [],
      messages: [{ role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] }],
    });
    expect([result.topic, result.last]).toEqual(['billing', 'Nothing.']);
    expect(script.requests.map(({ message, system }) => [message, system])).toEqual([
      ['Hi', 'Be short.'],
      ['Hi', undefined],
      ['And?', undefined],
    ]);
    const rows = await storage.history.read('i', 0, 10);
    expect(rows.map(({ activityId }) => activityId)).toEqual(['llm_call:1', 'llm_call:2', 'sleep:1', 'llm_call:3']);
    expect(result.totals).toMatchObject({ calls: 3, usage: { totalTokens: 45 }, unpricedCalls: 0 });
    await expect(app.get(Llm).totalsOf('i')).resolves.toEqual(result.totals);
  });

  it('wait for another attempt in the database, and go on from there', async () => {
    const script = scriptedProvider([
      new Error('down'),
      { text: 'Hello.' },
      { value: { topic: 'billing' } },
      { text: 'Nothing.' },
    ]);
    const { client, storage } = await boot({
      llm: { defaults, providers: { script }, retry: { initialInterval: '200ms', jitter: 0 } },
      providers: [Calls],
      romancy: { cacheSize: 0, parkRetryAfter: '10ms', timerInterval: '50ms' },
    });
    const handle = await client.start(Calls, 'Hi', { instanceId: 'i' });
    await eventually('the wait', async () => (await handle.status()) === 'waiting_for_timer');
    expect(script.requests).toHaveLength(1);
    // The run that asked is gone; the one that goes on asks the same.
    await expect(handle.result({ timeout: '10s' })).resolves.toMatchObject({ answer: { text: 'Hello.' } });
    expect(script.requests.map(({ message }) => message)).toEqual(['Hi', 'Hi', 'Hi', 'And?']);
    const [first] = await storage.history.read('i', 0, 1);
    expect(JSON.parse(first?.data ?? '')).toMatchObject({ retry_metadata: { total_attempts: 2 } });
  });

  it('are what a message about changed code names, not the library that asks for them', async () => {
    let runs = 0;
    @Workflow({ name: 'changing' })
    class Changing {
      constructor(private readonly llm: Llm) {}

      async run(text: string, ctx: WorkflowContext): Promise<void> {
        runs += 1;
        if (runs === 1) await ctx.step('note', () => text);
        else await this.llm.call(text); // the call that differs
        await ctx.sleep('10ms');
      }
    }
    let message = '';
    const heard = ({ error }: WorkflowEvent<'blocked'>): void => {
      message = String(error);
    };
    const { client } = await boot({
      llm: { defaults, providers: { script: scriptedProvider([]) } },
      providers: [Changing],
      romancy: { cacheSize: 0, parkSleepAfter: 0, timerInterval: '50ms', hooks: { onWorkflowBlocked: heard } },
    });
    await client.start(Changing, 'Hi');
    await eventually('the block', async () => message !== '');
    const [, file, line] = /asked for: .* at (.+):(\d+)$/m.exec(message) ?? [];
    const text = await readFile(file ?? '', 'utf8');
    expect(text.split('\n')[Number(line) - 1]).toContain('await this.llm.call(text)');
  });
});
