import { Inspector } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import { PATIENCE, type Pair } from '../support/pair.js';
import { withViewer } from '../support/viewer.js';

/** What each viewer shows of the other's instances. */
export function viewerScenarios(pair: () => Pair): void {
  it('the viewer of edda lists and opens instances of ours', async () => {
    const statuses = ['completed', 'failed', 'cancelled'];
    const ours = (await pair().select('workflow_instances', 'framework', 'typescript')).map((row) => ({
      id: row['instance_id'] as string,
      status: row['status'] as string,
    }));
    expect(ours.map(({ status }) => status)).toEqual(expect.arrayContaining(statuses));
    await withViewer(pair().database, async (page) => {
      // its first page has the newest twenty of its own
      expect(await page('/')).toContain('interop_shared');
      for (const status of statuses) {
        const { id } = ours.find((one) => one.status === status)!;
        expect(await page(`/workflow/${id}`)).toContain(id);
      }
    });
  });

  it('ours lists and opens instances of edda', async () => {
    const channel = pair().name('seen');
    const subscribe = (...more: string[]) =>
      pair()
        .peer('edda')
        .run('subscribe', '--channel', channel, '--timeout', PATIENCE, ...more);
    const [once, twice] = [subscribe(), subscribe('--count', '2')];
    const [ended, waiting] = await Promise.all([once.waiting(), twice.waiting()]);
    expect(await subscribe('--mode', 'competing').result()).toMatchObject({ status: 'failed' });
    await pair().peer('typescript').run('publish', '--channel', channel, '--data', '{"n":1}').output();
    const output = await once.output();
    const storage = new TypeOrmStorage({ database: pair().database.url, migrations: 'verify' });
    await storage.open();
    try {
      const inspector = new Inspector(storage);
      const { instances } = await inspector.list({ framework: 'python', limit: 1000 });
      const listed = (id: string) => instances.find(({ instanceId }) => instanceId === id);
      expect(listed(ended)).toMatchObject({ workflowName: 'interop_subscribe', ours: false, status: 'completed' });
      expect(await inspector.get(ended)).toMatchObject({ outcome: { result: { json: output } }, waitingFor: [] });
      expect(await inspector.history(ended)).toMatchObject([
        { kind: 'activity', name: 'note', input: { json: ['subscribed'] }, result: { json: { noted: 'subscribed' } } },
        { kind: 'message', message: { channel }, result: { json: { n: 1 } } },
        { kind: 'activity', name: 'note', ok: true },
      ]);
      expect(await inspector.get(waiting)).toMatchObject({
        input: { json: { channel, mode: 'broadcast', count: 2 } },
        subscriptions: [{ channel, mode: 'broadcast', pending: [] }],
      });
      const { instanceId } = instances.find(({ status }) => status === 'failed')!;
      expect(await inspector.get(instanceId)).toMatchObject({
        outcome: { failure: { name: 'ChannelModeConflictError' } },
      });
    } finally {
      await storage.close();
    }
    await pair().peer('typescript').run('publish', '--channel', channel, '--data', '{"n":2}').output();
    expect(await twice.output()).toMatchObject({ messages: [{ data: { n: 1 } }, { data: { n: 2 } }] });
  });
}
