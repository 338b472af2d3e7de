import { ChannelScene } from '../support/channel-scene.js';
import { DATABASES } from '../support/databases.js';
import { query } from '../support/rows.js';

const OLD = { publishedAt: '2020-01-01 00:00:00' };

describe.each(DATABASES)('an old message on a channel of siblings, on %s', (name) => {
  const scene = new ChannelScene(name);

  /** What is left on the channel when everything that is older than a minute is swept. */
  const swept = async (): Promise<readonly unknown[]> => {
    await scene.storage.messages.sweep(60_000, 0, 1000);
    return (
      await query(scene.storage, 'SELECT id FROM channel_messages WHERE channel = ? ORDER BY id', [scene.channel])
    ).map(({ id }) => Number(id));
  };

  it.each(['python', 'go'] as const)(
    'stays until a live subscriber of %s has had it, by its own cursor',
    async (framework) => {
      const [had, next] = [await scene.message(OLD), await scene.message(OLD)];
      await scene.sibling({ framework, cursor: had.id });
      expect(await swept()).toEqual([next.id]);
    },
  );

  it('stays for a subscriber that is busy elsewhere, and goes when it has ended', async () => {
    const { id } = await scene.message(OLD);
    const instanceId = await scene.sibling({ status: 'waiting_for_timer', step: null });
    expect(await swept()).toEqual([id]);
    await query(scene.storage, `UPDATE workflow_instances SET status = 'completed' WHERE instance_id = ?`, [
      instanceId,
    ]);
    expect(await swept()).toEqual([]);
  });

  it('takes nothing of the siblings along', async () => {
    const instanceId = await scene.sibling({ status: 'completed' });
    await scene.message(OLD);
    const rows = async (): Promise<unknown> =>
      Promise.all(
        ['workflow_instances', 'channel_subscriptions'].map((table) =>
          query(scene.storage, `SELECT * FROM ${table} WHERE instance_id = ?`, [instanceId]),
        ),
      );
    const before = await rows();
    expect(await swept()).toEqual([]);
    expect(await rows()).toEqual(before);
  });
});
