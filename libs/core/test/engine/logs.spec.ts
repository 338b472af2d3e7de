import { attempt } from '../support/app.js';
import { Lab, until } from '../support/lab.js';
import { parked } from '../support/parked.js';

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

function define(): void {
  const charge = lab.app.activity('charge', () => {
    attempt().logger.info('charging', { sum: 3 });
  });
  lab.app.workflow('order', async (ctx) => {
    ctx.logger.info('begins');
    await charge();
    ctx.logger.info('is charged', { sum: 3 });
    await ctx.sleep('1m');
    ctx.logger.info('has slept');
  });
}

describe('the log', () => {
  it('names instance, workflow and step of what an activity and a workflow report', async () => {
    define();
    const engine = await lab.engine();
    await lab.execute(engine, 'order', undefined, 'o1');
    const of = { instanceId: 'o1', workflowName: 'order' };
    expect(lab.logged(/charging/)[0]?.fields).toMatchObject({ ...of, stepId: 'charge:1', attempt: 1, sum: 3 });
    expect(lab.logged(/is charged/)[0]?.fields).toMatchObject({ ...of, sum: 3 });
  });

  it('holds each line once, however often the instance is replayed', async () => {
    define();
    const first = await lab.anotherEngine({ cacheSize: 0 });
    const id = await lab.start(first, 'order', undefined, 'o1');
    await parked(lab, id);
    await first.stop();
    const second = await lab.anotherEngine({ cacheSize: 0 });
    await lab.clock.advance('30s');
    await second.stop();
    const engine = await lab.engine({ cacheSize: 0 });
    await lab.result(engine, id);
    const lines = lab.logs.filter(({ fields }) => fields['instanceId'] === 'o1').map(({ message }) => message);
    expect(lines).toEqual(['begins', 'charging', 'is charged', 'has slept']);
  });

  it('names the service and the worker in every line', async () => {
    define();
    const engine = await lab.engine({ serviceName: 'orders', workerId: 'pod-7' });
    await lab.execute(engine, 'order', undefined, 'o1');
    expect(lab.logged(/Romancy has started/)).toHaveLength(1);
    expect(lab.logs.length).toBeGreaterThan(4);
    for (const { fields } of lab.logs) {
      expect(fields).toMatchObject({ service: 'orders', worker: expect.stringMatching(/^pod-7@/) as string });
    }
  });

  it('names the instance in what the engine itself reports of it', async () => {
    lab.app.workflow('order', async () => {
      await new Promise(() => undefined);
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order', undefined, 'o1');
    await until('it is blocked', () => lab.record(id).block !== undefined);
    const [line] = lab.logs.filter(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({ instanceId: 'o1', workflowName: 'order' });
  });
});
