import { AsyncLocalStorage } from 'node:async_hooks';
import { attempt } from '../support/app.js';
import { Lab } from '../support/lab.js';

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

describe('the asynchronous context of whoever starts an instance', () => {
  it('is that of its activities and of what they do after their commits, although instances are committed together', async () => {
    const caller = new AsyncLocalStorage<string>();
    const seen: Record<string, (string | undefined)[]> = {};
    const look = (id: string): number => (seen[id] ??= []).push(caller.getStore());
    const work = lab.app.activity('work', (id: string) => {
      look(id);
      attempt().afterCommit(() => void look(id));
    });
    lab.app.workflow('both', async (ctx) => {
      await work(ctx.instanceId);
      await Promise.all([work(ctx.instanceId), work(ctx.instanceId)]);
    });
    const engine = await lab.engine();
    const ids = ['a', 'b', 'c'];
    await Promise.all(
      ids.map((id) =>
        caller.run(`caller of ${id}`, async () => {
          await lab.start(engine, 'both', undefined, id);
          await engine.result(id);
        }),
      ),
    );
    for (const id of ids) expect(seen[id]).toEqual(Array.from({ length: 6 }, () => `caller of ${id}`));
  });
});
