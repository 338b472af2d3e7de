import { expect, it } from '@jest/globals';
import type { ClaimReport, Storage } from '@romancy/core';
import { ChannelScene, withRetries } from '../channel-scene.js';
import { entryOf, NOON, step, type Held, type Scene } from '../scene.js';

export function competingClaims(scene: Scene): void {
  const channels = new ChannelScene(scene);
  const claim = (held: Held, channel: string, storage: Storage = scene.storage, id = 'receive:1') =>
    storage.messages.claim(channel, (message) => entryOf(held, { history: [step(id, { data: message.data })] }));
  const message = (channel: string, data: string) => channels.message(channel, {}, { data, binary: null });

  it('take the oldest message, write the entry, and leave the next one for the next', async () => {
    const channel = channels.channel();
    const [first, second] = [message(channel, '"first"'), message(channel, '"second"')];
    await scene.storage.messages.store([first, second], []);
    const expected = await channels.rowOf(channel, first.messageId);
    const held = await scene.held();
    expect(await claim(held, channel)).toEqual({ kind: 'claimed', message: expected });
    expect((await scene.history(held)).map((row) => row.data)).toEqual(['"first"']);
    // Where siblings are, what was taken stays for a moment, with its claim.
    expect((await channels.pending(channel)).at(-1)).toBe(second.messageId);
    const next = await claim(held, channel, scene.storage, 'receive:2');
    expect(next).toMatchObject({ kind: 'claimed', message: { messageId: second.messageId } });
    expect(await claim(held, channel, scene.storage, 'receive:3')).toEqual({ kind: 'none' });
  });

  it('find none where nothing is left, and record nothing', async () => {
    const channel = channels.channel();
    await channels.publish(channels.channel());
    const held = await scene.held();
    const report = await scene.storage.messages.claim(channel, () => {
      throw new Error('There is nothing to record.');
    });
    expect(report).toEqual({ kind: 'none' });
    expect(await claim(held, channel)).toEqual({ kind: 'none' });
    expect(await scene.history(held)).toEqual([]);
  });

  it.each(['lost', 'ended', 'cancel-requested'] as const)(
    'of an instance that is %s are refused, and give the message back',
    async (reason) => {
      const channel = channels.channel();
      await scene.storage.messages.store([message(channel, '1')], []);
      const held = reason === 'ended' ? await scene.ended() : await scene.held();
      if (reason === 'cancel-requested') await scene.storage.instances.requestCancel(held.instanceId, null, NOON);
      const claimer = reason === 'lost' ? { ...held, token: scene.unique('stranger') } : held;
      const row = await scene.row(held);
      expect(await claim(claimer, channel)).toEqual({ kind: 'refused', reason, row });
      expect(await scene.history(held)).toEqual([]);
      expect(await claim(await scene.held(), channel)).toMatchObject({ kind: 'claimed', message: { data: '1' } });
    },
  );

  it('whose entry cannot be written give the message back', async () => {
    const channel = channels.channel();
    await scene.storage.messages.store([message(channel, '1')], []);
    const held = await scene.held();
    await scene.record(held, { history: [step('receive:1', { data: '"first"' })] });
    await expect(claim(held, channel)).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'unique' });
    const failure = scene.storage.messages.claim(channel, () => {
      throw new RangeError('no entry');
    });
    await expect(failure).rejects.toThrow(RangeError);
    expect((await scene.history(held)).map((row) => row.data)).toEqual(['"first"']);
    expect(await claim(held, channel, scene.storage, 'receive:2')).toMatchObject({ kind: 'claimed' });
  });

  it('leave alone what another framework has claimed, and take what it has published', async () => {
    const channel = channels.channel();
    const foreign = { instanceId: scene.unique('foreign'), workflowName: scene.unique('wf'), framework: 'python' };
    await scene.subject.insertForeign({ ...foreign, status: 'running' });
    const [taken] = await channels.publish(channel);
    const left = await channels.publishForeign(channel);
    await scene.subject.claimForeign(taken ?? '', foreign.instanceId);
    const held = await scene.held();
    expect(await claim(held, channel)).toMatchObject({ kind: 'claimed', message: { messageId: left.messageId } });
    expect(await claim(held, channel)).toEqual({ kind: 'none' });
    expect(await channels.pending(channel)).toContain(taken);
  });

  it('write every part of the entry', async () => {
    const [channel, answers] = [channels.channel(), channels.channel()];
    await channels.publish(channel);
    const held = await scene.held();
    const answer = channels.message(answers);
    await scene.storage.messages.claim(channel, ({ id }) =>
      entryOf(held, { messages: [answer], stage: `has ${id}`, status: 'compensating' }),
    );
    expect(await scene.row(held)).toMatchObject({ stage: expect.stringMatching(/^has \d+$/), status: 'compensating' });
    expect(await channels.pending(answers)).toEqual([answer.messageId]);
  });

  it('of many at once never take one message twice, and leave none', async () => {
    const channel = channels.channel();
    const messages = Array.from({ length: 40 }, (_, index) => message(channel, `${index}`));
    await scene.storage.messages.store(messages, []);
    const helds = await Promise.all(Array.from({ length: 6 }, () => scene.held()));
    await scene.withSecondProcess(async (second) => {
      const claimers = helds.map(async (held, claimer) => {
        for (let count = 1; ; count++) {
          const storage = claimer % 2 === 0 ? scene.storage : second;
          const report = await withRetries<ClaimReport>(() => claim(held, channel, storage, `receive:${count}`));
          if (report.kind === 'none') return;
        }
      });
      await Promise.all(claimers);
    });
    const taken = (await Promise.all(helds.map((held) => scene.history(held)))).map((rows) =>
      rows.map((row) => Number(row.data)),
    );
    expect(taken.flat().sort((a, b) => a - b)).toEqual(messages.map((_, index) => index));
  });

  it('of the only message from two places at once: one gets it, the other finds none', async () => {
    const channel = channels.channel();
    await scene.storage.messages.store([message(channel, '1')], []);
    const held = await scene.held();
    await scene.withSecondProcess(async (second) => {
      const reports = await Promise.all([
        withRetries<ClaimReport>(() => claim(held, channel, scene.storage, 'receive:1')),
        withRetries<ClaimReport>(() => claim(held, channel, second, 'receive:2')),
      ]);
      expect(reports.map((report) => report.kind).sort()).toEqual(['claimed', 'none']);
    });
    expect(await scene.history(held)).toHaveLength(1);
  });
}
