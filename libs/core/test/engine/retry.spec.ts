import { InstanceNotFoundError, InstanceNotRetryableError } from '@romancy/core';
import { App } from '../support/app.js';
import { failureOf, Lab } from '../support/lab.js';

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

/** Fails until it is repaired. */
function define(): { repaired: boolean } {
  const state = { repaired: false };
  const charge = lab.app.activity(
    'charge',
    () => {
      if (!state.repaired) throw new Error('no money');
      return 'charged';
    },
    { retry: { maxAttempts: 1 } },
  );
  lab.app.workflow('order', async (ctx) => `${await charge()} ${JSON.stringify(ctx.input)}`);
  lab.app.workflow('nap', (ctx) => ctx.sleep('1h'));
  return state;
}

describe('a retry', () => {
  it('starts a failed instance anew with its input; the old rows stay as they are', async () => {
    const state = define();
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order', { sku: 'ü' }, 'a');
    await failureOf(lab.result(engine, id));
    const before = structuredClone(lab.record(id).row);
    const history = [...lab.history(id)];
    state.repaired = true;
    expect(await engine.retry(id)).toEqual({ kind: 'restarted', instanceId: 'a~2' });
    expect(lab.row('a~2')).toMatchObject({ continuedFrom: 'a', input: before.input, workflowName: 'order' });
    expect(await lab.result(engine, id)).toBe('charged {"sku":"ü"}');
    expect(lab.row(id)).toEqual(before);
    expect(lab.history(id)).toEqual(history);
  });

  it('follows the chain: the newest generation is what is tried again', async () => {
    const state = define();
    const engine = await lab.engine();
    await failureOf(lab.execute(engine, 'order', 1, 'a'));
    await engine.retry('a');
    await failureOf(lab.result(engine, 'a~2'));
    state.repaired = true;
    expect(await engine.retry('a')).toEqual({ kind: 'restarted', instanceId: 'a~3' });
    expect(lab.row('a~3').continuedFrom).toBe('a~2');
    expect(await lab.result(engine, 'a')).toBe('charged 1');
    expect(await failureOf(engine.retry('a~2'))).toBeInstanceOf(InstanceNotRetryableError);
  });

  it('starts a cancelled instance anew', async () => {
    define();
    const engine = await lab.engine();
    const id = await lab.start(engine, 'nap', undefined, 'n');
    await engine.cancel(id, 'not now');
    await failureOf(lab.result(engine, id));
    expect(await engine.retry(id)).toEqual({ kind: 'restarted', instanceId: 'n~2' });
    expect(await lab.result(engine, id)).toBeUndefined();
    expect(lab.row(id)).toMatchObject({ status: 'cancelled', cancelReason: 'not now' });
  });

  it('asked for twice at once starts one instance', async () => {
    define();
    const engine = await lab.engine();
    await failureOf(lab.execute(engine, 'order', 1, 'a'));
    const reports = await Promise.all([engine.retry('a'), engine.retry('a')]);
    expect(reports.map(({ instanceId }) => instanceId)).toEqual(['a~2', 'a~2']);
    expect(lab.storage.database.instances.has('a~3')).toBe(false);
  });

  it('takes another id where somebody has the next one', async () => {
    define();
    const engine = await lab.engine();
    await lab.execute(engine, 'nap', undefined, 'a~2');
    await failureOf(lab.execute(engine, 'order', 1, 'a'));
    expect(await engine.retry('a')).toEqual({ kind: 'restarted', instanceId: 'a~3' });
  });

  it('runs a blocked instance on', async () => {
    const code = (version: string, step: string): App => {
      const app = new App();
      const work = app.activity(step, () => step);
      app.workflow(
        'job',
        async (ctx) => {
          await work();
          await ctx.sleep('1h');
          return 'done';
        },
        version,
      );
      return app;
    };
    const first = await lab.anotherEngine({ app: code('v1', 'pack') });
    const id = await lab.start(first, 'job');
    await lab.clock.advance('1m');
    await first.stop();
    const wrong = await lab.anotherEngine({ app: code('v2', 'ship') });
    await lab.clock.advance('2h');
    expect(await wrong.block(id)).toBeDefined();
    await wrong.stop();
    const repaired = await lab.anotherEngine({ app: code('v2', 'pack') });
    expect(await repaired.retry(id)).toEqual({ kind: 'unblocked', instanceId: id });
    expect(await lab.result(repaired, id)).toBe('done');
  });

  it('is refused where there is nothing to try again', async () => {
    const state = define();
    state.repaired = true;
    const engine = await lab.engine();
    await lab.execute(engine, 'order', 1, 'done');
    expect(await failureOf(engine.retry('done'))).toMatchObject({
      code: 'ROMANCY_INSTANCE_NOT_RETRYABLE',
      status: 'completed',
    });
    const waiting = await lab.start(engine, 'nap');
    await lab.clock.advance('1s');
    expect(await failureOf(engine.retry(waiting))).toMatchObject({ status: 'waiting_for_timer' });
    expect(await failureOf(engine.retry('absent'))).toBeInstanceOf(InstanceNotFoundError);
    lab.storage.insertForeign({ instanceId: 'py', workflowName: 'order', framework: 'python', status: 'failed' });
    expect(await failureOf(engine.retry('py'))).toBeInstanceOf(InstanceNotFoundError);
  });
});
