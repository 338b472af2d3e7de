import { eventually } from '../../support/eventually.js';
import { ownedRows } from '../support/owned-rows.js';
import { PATIENCE, SLOW, type Pair, type PeerName } from '../support/pair.js';
import type { Run } from '../support/run.js';

const ENDED = ['completed', 'failed', 'cancelled'];
const LONG_AGO = '2026-01-01 00:00:00';

interface Operations {
  readonly generations: { readonly instances: readonly string[] };
  readonly found: readonly string[];
  readonly read: readonly object[];
  readonly [operation: string]: unknown;
}

/** What each framework does to a database by itself, and what it leaves alone: last, since it removes what is over. */
export function housekeepingScenarios(pair: () => Pair): void {
  const publish = (name: PeerName, channel: string, data: string): Promise<unknown> =>
    pair().peer(name).run('publish', '--channel', channel, '--data', data).output();
  const subscribe = (name: PeerName, channel: string, ...more: readonly string[]): Run =>
    pair()
      .peer(name)
      .run('subscribe', '--channel', channel, '--timeout', PATIENCE, ...more);
  const idsOf = async (framework: string): Promise<string[]> =>
    (await pair().select('workflow_instances', 'framework', framework)).map((row) => row['instance_id'] as string);
  const makeOld = (channel: string): Promise<unknown> =>
    pair().rows.query(`UPDATE channel_messages SET published_at = '${LONG_AGO}' WHERE channel = '${channel}'`);
  const messagesOn = (channel: string): Promise<readonly unknown[]> =>
    pair().select('channel_messages', 'channel', channel);

  it('all that edda does runs on the tables that typescript has made, and leaves what typescript has', async () => {
    const [key, kept, old, fresh] = ['operations', 'kept', 'old', 'fresh'].map((what) => pair().name(what));
    const waits = [
      subscribe('typescript', kept!),
      pair().peer('typescript').run('sleep', '--seconds', '3600'),
      pair().peer('typescript').run('wait-event', '--type', `${kept!}-event`, '--timeout', PATIENCE),
      pair().peer('typescript').run('member', '--group', key!, '--channel', 'calls', '--timeout', PATIENCE),
    ];
    const ids = await Promise.all(waits.map((wait) => wait.waiting()));
    await publish('typescript', old!, '{"n":1}');
    await makeOld(old!);
    await publish('typescript', fresh!, '{"n":1}');
    const ours = await pair().select('workflow_instances', 'framework', 'typescript');
    const before = await ownedRows(pair().rows, 'typescript');
    const output = await pair()
      .peer('edda')
      .run('operations', '--channel', key!, '--instances', ...ours.map((row) => row['instance_id'] as string))
      .output<Operations>();
    expect(output).toMatchObject({
      generations: { statuses: ['recurred', 'recurred', 'completed'], output: { generation: 3 }, members: [ids[3]] },
      failed: { status: 'failed', undone: [`table of ${key!}-failed`, `room of ${key!}-failed`] },
      cancelled: { status: 'cancelled', undone: [`table of ${key!}-cancelled`, `room of ${key!}-cancelled`] },
      // the messages of all, when they are old
      cleaned: { messages: 1, events: 0, locks: 0, cleared: [0, 0, 0] },
    });
    const [first, second] = output.generations.instances;
    expect(await pair().instance(second!)).toMatchObject({ continued_from: first });
    expect(await pair().select('workflow_history_archive', 'instance_id', first!)).toHaveLength(2);
    expect(output.found.toSorted()).toEqual((await idsOf('python')).toSorted());
    expect(output.read).toMatchObject(ours.map(({ status, workflow_name: name }) => ({ status, name })));
    expect(await ownedRows(pair().rows, 'typescript')).toEqual(before);
    expect([await messagesOn(old!), await messagesOn(fresh!)]).toMatchObject([[], [{}]]);
    await publish('edda', kept!, '{"n":1}');
    expect(await waits[0]!.output()).toMatchObject({ messages: [{ data: { n: 1 } }] });
    expect(await pair().peer('typescript').run('cancel', '--instance', ids[1]!).output()).toBe(true);
    await pair().peer('edda').run('tell-group', '--group', key!, '--channel', 'calls', '--data', '{"n":2}').output();
    expect(await waits[3]!.output()).toEqual({ n: 2 });
    expect(await pair().peer('typescript').run('cancel', '--instance', ids[2]!).output()).toBe(true);
  });

  it('what typescript removes is its own, and no message that edda has still to read', async () => {
    const [wanted, unwanted] = ['wanted', 'unwanted'].map((what) => pair().name(what));
    const [reader, waiter] = [subscribe('edda', wanted!, '--busy', '3600'), subscribe('edda', pair().name('waits'))];
    await Promise.all([reader.waiting(), waiter.waiting()]);
    await publish('typescript', wanted!, '{"n":1}');
    await publish('typescript', unwanted!, '{"n":1}');
    await Promise.all([makeOld(wanted!), makeOld(unwanted!)]);
    const before = await ownedRows(pair().rows, 'python');
    await pair().peer('typescript').stop();
    const cleaner = await pair().open('typescript', 'clean', '--seconds', '3600');
    await eventually(
      'everything of ours that is over is gone',
      async () => {
        const left = await pair().select('workflow_instances', 'framework', 'typescript');
        return !left.some(({ status }) => ENDED.includes(status as string));
      },
      SLOW,
    );
    await eventually(
      'the message that nobody reads is gone',
      async () => (await messagesOn(unwanted!)).length === 0,
      SLOW,
    );
    await cleaner.kill();
    expect(await ownedRows(pair().rows, 'python')).toEqual(before);
    expect(await messagesOn(wanted!)).toHaveLength(1);
    await pair().start('typescript');
  });
}
