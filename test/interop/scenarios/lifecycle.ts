import { setTimeout } from 'node:timers/promises';
import { Broker } from '../../support/broker.js';
import { eventually } from '../../support/eventually.js';
import { WAYS, type Pair, type PeerName } from '../support/pair.js';

/** Limits of what takes a second where nobody else is at work. */
const SLOW = { within: 90_000 };

const FRAMEWORKS = { typescript: 'typescript', edda: 'python' };

/** What concerns processes that come and go: one after another. */
export function lifecycleScenarios(pair: () => Pair): void {
  const park = async (name: PeerName, channel: string): Promise<string> =>
    pair().peer(name).run('shared', '--channel', channel, '--detach').waiting();
  const finished = (name: PeerName, instanceId: string): Promise<unknown> =>
    eventually(
      `${name} finishes ${instanceId}`,
      async () => {
        const { status, output_data: output } = await pair().instance(instanceId);
        return status === 'completed' && (output as string);
      },
      SLOW,
    );

  it.each(WAYS)('what %s puts into the outbox is sent by a relay of %s, once', async (from, to) => {
    const broker = await new Broker().start();
    try {
      const type = pair().name('shipped');
      const event = ['--type', type, '--source', '/warehouse', '--data', '{"order":{"id":17}}'];
      const id = await pair()
        .peer(from)
        .run('outbox', ...event)
        .output<string>();
      const relay = await pair().open(to, 'relay', '--broker', broker.url, '--seconds', '3600');
      const status = async (): Promise<unknown> => (await pair().select('outbox_events', 'event_id', id))[0]!['status'];
      await eventually('the event is sent', async () => (await status()) === 'published', SLOW);
      await relay.kill();
      expect(broker.received.map((one) => one.event).filter((event) => event.type === type)).toMatchObject([
        { id, type, source: '/warehouse', data: { order: { id: 17 } } },
      ]);
    } finally {
      await broker.stop();
    }
  });

  it.each(WAYS)(
    'when %s is killed, %s leaves its instances as they are, and finishes its own',
    async (killed, lives) => {
      const channel = pair().name('killed');
      const [orphan, own] = [await park(killed, channel), await park(lives, channel)];
      await pair().peer(killed).kill();
      await pair().peer(lives).run('publish', '--channel', channel, '--data', '{"go":1}').output();
      expect(await finished(lives, own)).toContain(`"${lives}"`);
      // Edda's are pushed to, ours pull
      const left = { status: killed === 'edda' ? 'running' : 'waiting_for_message', locked_by: null };
      const look = async (): Promise<unknown> => {
        const { framework, status, locked_by, output_data } = await pair().instance(orphan);
        return { framework, status, locked_by, output_data };
      };
      await eventually(
        `${orphan} is ${left.status}`,
        async () => (await pair().instance(orphan))['status'] === left.status,
        SLOW,
      );
      // several rounds of everything that looks for work
      await setTimeout(1500);
      expect(await look()).toEqual({ framework: FRAMEWORKS[killed], ...left, output_data: null });
      await pair().start(killed);
      expect(await finished(killed, orphan)).toContain(`"${killed}"`);
    },
  );

  it('both killed and started at the same time go on, each with its own', async () => {
    const channel = pair().name('both');
    const names = ['typescript', 'edda'] as const;
    const ids = [await park('typescript', channel), await park('edda', channel)];
    await Promise.all(names.map((name) => pair().peer(name).kill()));
    await Promise.all(names.map((name) => pair().start(name)));
    await pair().peer('edda').run('publish', '--channel', channel, '--data', '{"go":1}').output();
    for (const [index, name] of names.entries()) expect(await finished(name, ids[index]!)).toContain(`"${name}"`);
  });
}
