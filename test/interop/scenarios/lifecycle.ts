import { setTimeout } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { SLOW, WAYS, type Pair, type PeerName } from '../support/pair.js';

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
