import { PATIENCE, WAYS, type Pair } from '../support/pair.js';

/** Instances that one framework has, and that are nothing to the other one. */
export function instanceScenarios(it: jest.It, pair: () => Pair): void {
  describe.each(WAYS)('what %s has, under the eyes of %s', (owner, other) => {
    it('sleeps and wakes', async () => {
      const sleeper = pair().peer(owner).run('sleep', '--seconds', '2');
      const instance = await sleeper.waiting();
      expect(await sleeper.output()).toBe('woke');
      expect(await pair().instance(instance)).toMatchObject({
        framework: owner === 'edda' ? 'python' : 'typescript',
        status: 'completed',
      });
    });

    it('waits in vain, and goes on when its time is over', async () => {
      const channel = pair().name('silence');
      const waiter = pair().peer(owner).run('subscribe', '--channel', channel, '--timeout', '1');
      expect(await waiter.output()).toEqual({ messages: [], timeout: true });
    });

    it('is finished by its owner although both know a workflow of that name', async () => {
      const channel = pair().name('shared');
      const [mine, theirs] = [owner, other].map((name) => pair().peer(name).run('shared', '--channel', channel));
      await Promise.all([mine!.waiting(), theirs!.waiting()]);
      await pair().peer(other).run('publish', '--channel', channel, '--data', '{"go":1}').output();
      expect(await mine!.output()).toEqual({ finished_by: owner });
      expect(await theirs!.output()).toEqual({ finished_by: other });
    });

    it('a group reaches members of both', async () => {
      const group = pair().name('drivers');
      const members = [owner, other].map((name) =>
        pair().peer(name).run('member', '--group', group, '--channel', 'calls', '--timeout', PATIENCE),
      );
      const ids = await Promise.all(members.map((member) => member.waiting()));
      const told = await pair()
        .peer(owner)
        .run('tell-group', '--group', group, '--channel', 'calls', '--data', '{"to":"airport"}')
        .output<string[]>();
      expect(told.sort()).toEqual(ids.sort());
      expect(await Promise.all(members.map((member) => member.output()))).toEqual([
        { to: 'airport' },
        { to: 'airport' },
      ]);
    });
  });

  it('typescript refuses to cancel what is of edda, and leaves it as it is', async () => {
    const channel = pair().name('cancel');
    const waiter = pair().peer('edda').run('subscribe', '--channel', channel, '--timeout', PATIENCE);
    const instance = await waiter.waiting();
    const before = await pair().instance(instance);
    expect(await pair().peer('typescript').run('cancel', '--instance', instance).result()).toMatchObject({
      status: 'failed',
      output: false,
    });
    expect(await pair().instance(instance)).toEqual(before);
    await pair().peer('typescript').run('publish', '--channel', channel, '--data', '{"go":1}').output();
    expect(await waiter.output()).toMatchObject({ messages: [{ data: { go: 1 } }] });
  });

  it('what edda cancels of typescript stays cancelled, and nothing wakes it', async () => {
    const channel = pair().name('cancelled');
    const waiter = pair().peer('typescript').run('subscribe', '--channel', channel, '--timeout', PATIENCE);
    const instance = await waiter.waiting();
    expect(await pair().peer('edda').run('cancel', '--instance', instance).output()).toBe(true);
    await pair().peer('edda').run('publish', '--channel', channel, '--data', '{"go":1}').output();
    expect(await waiter.result()).toMatchObject({ status: 'cancelled', output: null });
    expect(await pair().instance(instance)).toMatchObject({ status: 'cancelled' });
  });
}
