import { Injectable } from '@nestjs/common';
import { Activity, ActivityContext, Workflow } from '@romancy/nestjs';
import {
  defineDurableCall,
  DurableCall,
  Llm,
  LlmConfigurationError,
  prompt,
  withJsonSchema,
  type LlmAnswer,
  type LlmOptions,
  type LlmParsedAnswer,
  type LlmSchema,
} from '@romancy/nestjs-llm';
import { scriptedProvider, type ScriptedRequest } from '@romancy/nestjs-llm/testing';
import { z } from 'zod';
import { boot, closeAll } from './support/boot.js';

const Triage = z.object({ urgent: z.boolean() });

const summarise = defineDurableCall({
  name: 'summarise',
  model: 'defined',
  temperature: 0.2,
  prompt: (text: string, words: number) => `In ${words} words: ${text}`,
});
const triage = defineDurableCall({
  name: 'triage',
  schema: Triage,
  prompt: (text: string) => [{ role: 'user', content: text }],
});

@Injectable()
class TicketCalls {
  constructor(readonly llm: Llm) {}

  @DurableCall({ system: 'You are terse.', maxTokens: 50 })
  shorten(text: string): Promise<LlmAnswer> {
    return prompt(`Shorten: ${text}`);
  }

  @DurableCall({ name: 'judge', schema: Triage })
  triage(text: string): Promise<LlmParsedAnswer<z.infer<typeof Triage>>> {
    return prompt([{ role: 'user', content: text }]);
  }

  @DurableCall()
  async careless(): Promise<LlmAnswer> {
    return prompt('Never asked');
  }
}

@Injectable()
class Letters {
  constructor(
    private readonly llm: Llm,
    private readonly activity: ActivityContext,
  ) {}

  @Activity({ transactional: false })
  async write(): Promise<string> {
    const { text } = await this.llm.call('Write');
    return `${this.activity.stepId} ${text}`;
  }
}

@Workflow({ name: 'tickets' })
class Tickets {
  constructor(
    private readonly llm: Llm,
    private readonly calls: TicketCalls,
    private readonly letters: Letters,
  ) {}

  async run(text: string): Promise<unknown[]> {
    const [short, urgent] = await Promise.all([summarise(this.llm, text, 3), triage(this.llm, text)]);
    const shorter = await summarise.with({ model: 'called' })(this.llm, text, 2);
    const shortest = await this.calls.shorten(text);
    const judged = await this.calls.triage(text);
    return [short.text, urgent.value, shorter.model, shortest.text, judged.value, await this.letters.write()];
  }
}

const answering = (requests: ScriptedRequest[]) =>
  scriptedProvider((request) => {
    requests.push(request);
    return request.options.responseFormat?.type === 'json'
      ? { value: { urgent: true } }
      : { text: `<${request.message}>` };
  });

async function start(defaults: LlmOptions = {}, requests: ScriptedRequest[] = []) {
  const providers = { script: answering(requests) };
  return boot({
    llm: { defaults: { provider: 'script', model: 'default', ...defaults }, providers, recordPrompts: false },
    providers: [Tickets, TicketCalls, Letters],
  });
}

afterEach(closeAll);

describe('defined calls', () => {
  it('are steps with a name, a prompt, options and a schema of their own', async () => {
    const requests: ScriptedRequest[] = [];
    const { client, storage } = await start({ maxTokens: 9 }, requests);
    await expect(client.execute(Tickets, 'Help!', { instanceId: 'i', timeout: '10s' })).resolves.toEqual([
      '<In 3 words: Help!>',
      { urgent: true },
      'called',
      '<Shorten: Help!>',
      { urgent: true },
      'write:1 <Write>',
    ]);
    const rows = await storage.history.read('i', 0, 10);
    const calls = rows.map(({ data }) => JSON.parse(data ?? '')).filter((row) => row.activity_name === 'llm_call');
    expect(calls.map(({ input }) => input.args[0].call).sort()).toEqual([
      'judge',
      'shorten',
      'summarise',
      'summarise',
      'triage',
    ]);
    expect(calls.some(({ result }) => 'prompt' in result)).toBe(false);
    expect(rows.map(({ activityId }) => activityId).at(-1)).toBe('write:1');
    expect(requests.find(({ message }) => message.startsWith('Shorten'))).toMatchObject({
      system: 'You are terse.',
      options: { maxOutputTokens: 50 },
    });
  });

  it('take what they leave open from the defaults, and yield to the call', async () => {
    const requests: ScriptedRequest[] = [];
    const { app } = await start({ temperature: 0.9, topP: 0.1, maxTokens: 9 }, requests);
    const llm = app.get(Llm);
    await summarise(llm, 'x', 1);
    await summarise.with({ temperature: 0.7, maxTokens: undefined })(llm, 'x', 1);
    await summarise(llm.with({ temperature: 0.4, seed: 3 }), 'x', 1);
    await summarise.with({ temperature: 0.7 })(llm.with({ temperature: 0.4 }), 'x', 1);
    await llm.with({ temperature: 0.4, seed: 3 }).call('x', { temperature: 0.6 });
    await llm.call('x');
    expect(
      requests.map(({ model, options: { temperature, topP, maxOutputTokens, seed } }) => [
        model,
        temperature,
        topP,
        maxOutputTokens,
        seed,
      ]),
    ).toEqual([
      ['defined', 0.2, 0.1, 9, undefined],
      ['defined', 0.7, 0.1, 9, undefined],
      ['defined', 0.4, 0.1, 9, 3],
      ['defined', 0.7, 0.1, 9, undefined],
      ['default', 0.6, 0.1, 9, 3],
      ['default', 0.9, 0.1, 9, undefined],
    ]);
  });

  it('answer with the types of their schemas', async () => {
    const { app } = await start();
    const llm = app.get(Llm);
    const answer = await triage(llm, 'x');
    const urgent: boolean = answer.value.urgent;
    // @ts-expect-error the value has no such field
    expect([urgent, answer.value.topic]).toEqual([true, undefined]);
    // @ts-expect-error the prompt takes a number
    expect((await summarise(llm, 'x', '3')).text).toBe('<In 3 words: x>');
    // @ts-expect-error this call has no schema
    expect((await summarise(llm, 'x', 3)).value).toBeUndefined();
    class Wrong {
      constructor(readonly llm: Llm) {}
      // @ts-expect-error the method answers with another value than the schema
      @DurableCall({ schema: Triage })
      triage(): Promise<LlmParsedAnswer<{ topic: string }>> {
        return prompt('x');
      }
    }
    expect((await new Wrong(llm).triage()).value).toEqual({ urgent: true });
  });

  it('with a schema ask for no tools, but may name them', async () => {
    const requests: ScriptedRequest[] = [];
    const { app } = await start({}, requests);
    const tools = [{ name: 'find', description: 'Finds.', input: z.object({}) }];
    expect((await triage.with({ tools })(app.get(Llm), 'x')).value).toEqual({ urgent: true });
    const forced = app.get(Llm).with({ tools, toolChoice: 'required' });
    expect((await triage(forced, 'x')).value).toEqual({ urgent: true });
    expect((await forced.callParse(Triage, 'x')).value).toEqual({ urgent: true });
    expect(requests).toHaveLength(3);
    for (const { options } of requests) {
      expect(options).toMatchObject({ toolChoice: { type: 'none' }, tools: [{ name: 'find' }] });
    }
  });

  it('whose prompt nobody takes up say so', async () => {
    const { app } = await start();
    await expect(prompt('x')).rejects.toThrow(LlmConfigurationError);
    await expect(app.get(TicketCalls).careless()).rejects.toThrow('not async');
  });
});

describe('calls outside of workflows', () => {
  it('are made on the spot, and may be aborted', async () => {
    const { app } = await start();
    const llm = app.get(Llm);
    expect((await llm.callMessages([{ role: 'user', content: 'Hi' }])).text).toBe('<Hi>');
    expect((await llm.callMessagesParse(Triage, [{ role: 'user', content: 'Hi' }])).value).toEqual({ urgent: true });
    expect(llm.totals()).toMatchObject({ calls: 0 });
    await expect(llm.call('Hi', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  it('take any Standard Schema that can be described', async () => {
    const { app } = await start();
    const llm = app.get(Llm);
    const handMade: LlmSchema<{ urgent: boolean }> = {
      '~standard': {
        version: 1,
        vendor: 'hand-made',
        validate: (value) =>
          typeof value === 'object' && value !== null && 'urgent' in value
            ? { value: { urgent: Boolean(value.urgent) } }
            : { issues: [{ message: 'no' }] },
      },
    };
    await expect(llm.callParse(handMade, 'Hi')).rejects.toThrow(LlmConfigurationError);
    const described = withJsonSchema(handMade, { type: 'object', properties: { urgent: { type: 'boolean' } } });
    expect((await llm.callParse(described, 'Hi')).value).toEqual({ urgent: true });
  });
});
