import { Broker, type Behaviour } from '../../support/broker.js';
import { eventually } from '../../support/eventually.js';
import { SLOW, WAYS, type Pair, type PeerName } from '../support/pair.js';
import type { PeerProcess } from '../support/peer-process.js';

/** Events of the outbox, which a relay of any framework may send. */
export function relayScenarios(pair: () => Pair): void {
  const emit = (name: PeerName, type: string, data: unknown = { order: { id: 17 } }): Promise<string> =>
    pair()
      .peer(name)
      .run('outbox', '--type', type, '--source', '/warehouse', '--data', JSON.stringify(data))
      .output<string>();
  // Edda listens to notifications only, where it can, and then looks every thirty seconds
  const relayOf = (name: PeerName, broker: Broker): Promise<PeerProcess> =>
    pair().open(name, 'relay', '--no-notify', '--broker', broker.url, '--seconds', '3600');
  const rowOf = async (id: string): Promise<Readonly<Record<string, unknown>>> =>
    (await pair().select('outbox_events', 'event_id', id))[0]!;
  const becomes = (id: string, status: string): Promise<unknown> =>
    eventually(`${id} is ${status}`, async () => (await rowOf(id))['status'] === status, SLOW);

  it.each(WAYS)('what %s puts into the outbox is sent by a relay of %s, once', (from, to) =>
    withBroker(async (broker) => {
      const type = pair().name('shipped');
      const id = await emit(from, type);
      const relay = await relayOf(to, broker);
      await becomes(id, 'published');
      await relay.kill();
      expect(broker.received.map(({ event }) => event).filter((event) => event.type === type)).toMatchObject([
        { id, type, source: '/warehouse', data: { order: { id: 17 } } },
      ]);
    }),
  );

  it('a relay of edda sends data of each type of JSON', () =>
    withBroker(async (broker) => {
      const type = pair().name('any');
      const values = ['text', 7, true, null, [1, ['two']]];
      const ids = [];
      for (const value of values) ids.push(await emit('typescript', type, value));
      const relay = await relayOf('edda', broker);
      await Promise.all(ids.map((id) => becomes(id, 'published')));
      await relay.kill();
      const sent = new Map<string, unknown>(
        broker.received.map(({ event }) => [event.id, (event.data as unknown) ?? null]),
      );
      expect(ids.map((id) => sent.get(id))).toEqual(values);
    }));

  it('what a relay of edda gives up of typescript is sent by a relay of typescript beside it, once', () =>
    withBroker(async (broker) => {
      const [down, busy] = [pair().name('down'), pair().name('busy')];
      let answers: Readonly<Record<string, Behaviour>> = { [down]: 503, [busy]: 429 };
      broker.behave = ({ type }) => answers[type] ?? 'take';
      const ids = [await emit('typescript', down), await emit('typescript', busy)] as const;
      const relays = await Promise.all([relayOf('edda', broker), relayOf('typescript', broker)]);
      await becomes(ids[1], 'invalid');
      await eventually(
        'edda has used its three attempts up',
        async () => {
          const { status, retry_count: attempts } = await rowOf(ids[0]);
          return status === 'failed' && Number(attempts) >= 3;
        },
        SLOW,
      );
      answers = {};
      await Promise.all(ids.map((id) => becomes(id, 'published')));
      await Promise.all(relays.map((relay) => relay.kill()));
      expect([...broker.taken].sort()).toEqual([...ids].sort());
    }));
}

async function withBroker(use: (broker: Broker) => Promise<void>): Promise<void> {
  const broker = await new Broker().start();
  try {
    await use(broker);
  } finally {
    await broker.stop();
  }
}
