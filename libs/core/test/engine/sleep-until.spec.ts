import { Lab } from '../support/lab.js';

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

describe('ctx.sleepUntil a time that has passed', () => {
  it('is a step all the same, so that a later sleep keeps its own length in a replay', async () => {
    const until = lab.clock.now() + 60_000;
    lab.app.workflow('naps', async (ctx) => {
      await ctx.sleepUntil(until);
      await ctx.sleepUntil(0);
      await ctx.sleep('1h');
      await ctx.sleep('1h');
    });
    const engine = await lab.engine({ cacheSize: 0 });
    const begun = lab.clock.now();
    const id = await lab.start(engine, 'naps');
    await lab.result(engine, id);
    expect(lab.clock.now() - begun).toBeGreaterThanOrEqual(7_260_000);
    expect(lab.steps(id)).toEqual(['sleep_until:1', 'sleep_until:2', 'sleep:1', 'sleep:2']);
  });
});
