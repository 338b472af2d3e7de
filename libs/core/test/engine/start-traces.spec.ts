import type { Tracing } from '@romancy/core';
import { failureOf, Lab, until } from '../support/lab.js';
import { Recorder } from '../support/recorder.js';

let lab: Lab;
let told: string[];
beforeEach(() => {
  lab = new Lab();
  told = [];
});
afterEach(() => lab.close());

const tracing: Tracing = {
  start: ({ instanceId }) => {
    told.push(instanceId);
    return { context: { traceparent: `of ${instanceId}` }, end: (created) => void told.push(String(created)) };
  },
  current: () => undefined,
  ofInstance: () => undefined,
  run: (_work, body) => body(),
};

describe('the trace of a start', () => {
  it('is stored with the instance, and ends with it created, found or refused', async () => {
    lab.app.workflow('order', () => 1);
    const engine = await lab.engine({ tracing });
    await lab.start(engine, 'order', 1, 'a');
    await lab.start(engine, 'order', 1, 'a');
    await failureOf(engine.startInstance({ workflowName: 'order', input: 1, instanceId: 'a', onConflict: 'fail' }));
    expect(told).toEqual(['a', 'true', 'a', 'false', 'a', 'undefined']);
    expect(lab.row('a').trace).toBe('{"traceparent":"of a"}');
  });

  it('ends inside a transaction with the commit, and never after a roll-back', async () => {
    lab.app.workflow('order', () => 1);
    const engine = await lab.engine({ tracing });
    const start = async (instanceId: string): Promise<ReturnType<typeof lab.storage.transactions.create>> => {
      const transaction = lab.storage.transactions.create('caller');
      await engine.startInstance({ workflowName: 'order', input: 1, instanceId, transaction });
      return transaction;
    };
    await (await start('dropped')).rollback();
    const kept = await start('kept');
    expect(told).toEqual(['dropped', 'kept']);
    await kept.commitAlone();
    expect(told).toEqual(['dropped', 'kept', 'true']);
    await until('it has run', () => lab.row('kept').status === 'completed');
  });

  it('is made for a retry, too, of which listeners hear with the input', async () => {
    lab.app.workflow('order', () => Promise.reject(new Error('no money')));
    const recorder = new Recorder();
    const engine = await lab.engine({ tracing, hooks: recorder.hooks });
    await failureOf(lab.execute(engine, 'order', { sku: 'ü' }, 'a'));
    await engine.retry('a');
    await failureOf(lab.result(engine, 'a~2'));
    expect(told).toEqual(['a', 'true', 'a~2', 'true']);
    expect(lab.row('a~2').trace).toBe('{"traceparent":"of a~2"}');
    expect(recorder.of('onWorkflowStart')).toMatchObject([
      { instanceId: 'a', input: { sku: 'ü' }, continuedFrom: null },
      { instanceId: 'a~2', input: { sku: 'ü' }, continuedFrom: 'a' },
    ]);
  });
});
