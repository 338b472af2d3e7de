import { expect, it } from '@jest/globals';
import type { WaiterRow } from '@romancy/core';
import { ChannelScene } from '../channel-scene.js';
import type { Held, Scene } from '../scene.js';

/** What parked instances wait for, page by page. */
export function parkedWaits(scene: Scene): void {
  const channels = new ChannelScene(scene);

  /** Everything for these workflows, in pages of so many waits; answers the pages too. */
  async function read(
    workflowNames: readonly string[],
    limit = 1000,
  ): Promise<{ readonly waiters: readonly WaiterRow[]; readonly pages: readonly (readonly WaiterRow[])[] }> {
    const pages: (readonly WaiterRow[])[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = await scene.storage.messages.parked(workflowNames, after, limit);
      pages.push(page.waiters);
      after = page.last;
    }
    return { waiters: pages.flat(), pages };
  }

  const namesOf = (...helds: readonly Held[]): readonly string[] => helds.map((held) => held.definition.workflowName);

  it('are told with instance, workflow, channel, key and mode', async () => {
    const [news, jobs] = [channels.channel(), channels.channel()];
    const held = await scene.held();
    await scene.record(held, {
      addSubscriptions: [channels.subscription(jobs, { mode: 'competing' })],
      addWaits: [channels.wait(news, { key: 'k' }), channels.wait(jobs, { stepId: 'receive:2' })],
      status: 'waiting_for_message',
      release: true,
    });
    const { waiters } = await read(namesOf(held));
    const common = { instanceId: held.instanceId, workflowName: held.definition.workflowName };
    expect(waiters).toHaveLength(2);
    expect(waiters).toEqual(
      expect.arrayContaining([
        { ...common, channel: news, key: 'k', mode: 'broadcast' },
        { ...common, channel: jobs, key: null, mode: 'competing' },
      ]),
    );
  });

  it('are those of the workflows asked for, none without a name', async () => {
    const [a, b, c] = [
      await channels.waiting(channels.channel()),
      await channels.waiting(channels.channel()),
      await channels.waiting(channels.channel()),
    ];
    const ids = (await read(namesOf(a, c))).waiters.map(({ instanceId }) => instanceId);
    expect([...ids].sort()).toEqual([a.instanceId, c.instanceId].sort());
    expect((await read(namesOf(b))).waiters).toHaveLength(1);
    expect((await read([scene.unique('unknown')])).waiters).toEqual([]);
    expect(await scene.storage.messages.parked([], '', 10)).toEqual({ waiters: [], last: null });
  });

  it('are not those of instances that somebody has in hand, that go on without a wait, or that have ended', async () => {
    const definition = await scene.definition();
    const parked = async (): Promise<Held> =>
      channels.waiting(channels.channel(), {}, {}, await scene.held(definition));
    const [left, held, gone, ended] = [await parked(), await parked(), await parked(), await parked()];
    const scope = scene.scope(definition);
    await scene.storage.leases.claimThese([held.instanceId, gone.instanceId, ended.instanceId], scope);
    await scene.record({ ...gone, token: scope.token }, { removeWaits: ['receive:1'], release: true });
    await scene.record({ ...ended, token: scope.token }, { status: 'completed', release: true, cleanUp: true });
    const { waiters } = await read([definition.workflowName]);
    expect(waiters.map(({ instanceId }) => instanceId)).toEqual([left.instanceId]);
    const all = [left, held, gone, ended].map(({ instanceId }) => instanceId);
    const waiting = await scene.storage.messages.waitingAmong([...all, scene.unique('unknown')]);
    expect([...waiting].sort()).toEqual([left.instanceId, held.instanceId].sort());
    expect(await scene.storage.messages.waitingAmong([])).toEqual([]);
  });

  it('come in pages, each instance once and all of its waits together', async () => {
    const definition = await scene.definition();
    const helds = await Promise.all(Array.from({ length: 5 }, () => scene.held(definition)));
    for (const held of helds) {
      await scene.record(held, {
        addWaits: ['receive:1', 'receive:2'].map((stepId) => channels.wait(channels.channel(), { stepId })),
        status: 'waiting_for_message',
        release: true,
      });
    }
    const { pages } = await read([definition.workflowName], 3);
    const idsOfPages = pages.map((page) => page.map(({ instanceId }) => instanceId));
    expect(pages.flat()).toHaveLength(10);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(4);
    for (const { instanceId } of helds) {
      expect(idsOfPages.map((ids) => ids.filter((id) => id === instanceId).length).filter(Boolean)).toEqual([2]);
    }
    const limited = await scene.storage.messages.parked([definition.workflowName], '', 0);
    expect(limited).toEqual({ waiters: [], last: null });
  });
}
