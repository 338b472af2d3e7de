import { eventually } from '../../support/eventually.js';
import { PATIENCE, WAYS, type Pair, type PeerName } from '../support/pair.js';
import type { Run } from '../support/run.js';

interface HeardEvents {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly timeout: boolean;
}

const ATTRIBUTES = {
  specversion: '1.0',
  source: '/shops/17?lang=%C3%A4',
  subject: 'order 17',
  time: '2026-03-01T12:00:00.123Z',
  datacontenttype: 'application/json',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  region: 'eu',
};

/** CloudEvents that one framework takes in and the other one waits for. */
export function eventScenarios(it: jest.It, pair: () => Pair): void {
  const urls = new Map<Pair, Map<PeerName, Promise<string>>>();
  const urlOf = async (name: PeerName): Promise<string> => {
    const known = urls.get(pair()) ?? new Map<PeerName, Promise<string>>();
    urls.set(pair(), known);
    const url =
      known.get(name) ??
      pair()
        .peer(name)
        .run('serve', '--seconds', '3600')
        .line('serving')
        .then((line) => line['url'] as string);
    known.set(name, url);
    return url;
  };
  const post = async (
    name: PeerName,
    headers: Record<string, string>,
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<void> => {
    const response = await fetch(await urlOf(name), { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([202, expect.any(String)]);
  };
  const postEvent = (name: PeerName, event: object): Promise<void> =>
    post(name, { 'content-type': 'application/cloudevents+json' }, JSON.stringify({ ...ATTRIBUTES, ...event }));
  const wait = (name: PeerName, type: string, ...more: string[]): Run =>
    pair()
      .peer(name)
      .run('wait-event', '--type', type, '--timeout', PATIENCE, ...more);

  describe.each(WAYS)('events that %s takes in and %s waits for', (from, to) => {
    it('come with all their attributes', async () => {
      const type = pair().name('paid');
      const waiter = wait(to, type, '--count', '2');
      await waiter.waiting();
      const data = { order: { id: 17, lines: [{ sku: 'ä' }] }, paid: true, note: null };
      await postEvent(from, { id: 'event-1', type, data });
      // Edda answers first and stores then
      await eventually(
        'the first one is stored',
        async () => (await pair().select('channel_messages', 'channel', type)).length > 0,
      );
      await postEvent(from, { id: 'event-2', type, data: { second: 2 } });
      const { events } = await waiter.output<HeardEvents>();
      const { source, subject } = ATTRIBUTES;
      const expected = { type, source, subject, extensions: { traceparent: ATTRIBUTES.traceparent, region: 'eu' } };
      expect(events).toMatchObject([
        { ...expected, id: 'event-1', data },
        { ...expected, id: 'event-2', data: { second: 2 } },
      ]);
      for (const { time } of events) expect(Date.parse(time as string)).toBe(Date.parse(ATTRIBUTES.time));
    });

    it('in binary mode, with bytes', async () => {
      const type = pair().name('photo');
      const waiter = wait(to, type);
      await waiter.waiting();
      const headers = { 'ce-specversion': '1.0', 'ce-id': 'p-1', 'ce-source': '/camera', 'ce-type': type };
      await post(from, { ...headers, 'content-type': 'application/octet-stream' }, Uint8Array.of(0, 255, 254));
      const { events } = await waiter.output<HeardEvents>();
      const data = to === 'edda' ? { _binary: 'AP/+' } : { base64: 'AP/+' };
      expect(events).toMatchObject([{ id: 'p-1', source: '/camera', type, data }]);
    });

    it('reach the one instance that they name', async () => {
      const type = pair().name('decided');
      const [named, other] = [wait(to, type), wait(to, type)];
      const [instance] = await Promise.all([named.waiting(), other.waiting()]);
      // the extension is that of the framework that takes the event in
      const extension = from === 'edda' ? 'eddainstanceid' : 'romancyinstanceid';
      await postEvent(from, { id: 'event-3', type, data: { yes: true }, [extension]: instance });
      expect(await named.output()).toMatchObject({ events: [{ id: 'event-3', data: { yes: true } }] });
      await postEvent(from, { id: 'event-4', type, data: { all: true } });
      expect(await other.output()).toMatchObject({ events: [{ id: 'event-4', data: { all: true } }] });
    });
  });
}
