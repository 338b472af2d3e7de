import { defineEvent } from '@romancy/core';
import type { Application } from './worker.js';

/** An event with a key of its data. */
export const paid = defineEvent<{ order: string; sum: number }>('paid', { key: ({ order }) => order });

interface Jobs {
  readonly done: readonly string[];
}

interface Heard {
  readonly news: readonly string[];
}

/** Workflows that wait for, tell and share everything that can be waited for, told and shared. */
export const referenceTalk: Application = (worker) => {
  const did = worker.activity('did', {}, (what: string) => worker.effect(`did ${what}`));
  const announce = worker.activity('announce', {}, async (what: string) => {
    const scope = worker.scope();
    scope.emit({
      eventId: scope.idempotencyKey,
      eventType: 'announced',
      eventSource: '/talk',
      data: JSON.stringify(what),
      binary: null,
      contentType: 'application/json',
    });
    await worker.effect(`announced ${what}`);
    const request = { channel: 'jobs', data: `after ${what}`, messageId: scope.idempotencyKey };
    await worker.engine.publish({ ...request, transaction: worker.transaction() });
  });

  worker.workflow('leader', async (_input, ctx) => {
    await ctx.subscribe('mail', 'direct');
    await ctx.subscribe('news');
    await ctx.joinGroup('team');
    const first = await ctx.race([
      (signal) => ctx.receive<string>('news', { signal, timeout: '2h' }).then(({ data }) => data),
      (signal) => ctx.sleep('10s', { signal }).then(() => 'timer'),
    ]);
    await announce('the start');
    for (const job of ['a', 'b']) await ctx.publish('jobs', job);
    const team = await ctx.publishToGroup('team', 'mail', 'all hands');
    const mails: string[] = [];
    for await (const { data } of ctx.messages<string>('mail', { mode: 'direct' })) if (mails.push(data) === 2) break;
    ctx.setStage('unpaid');
    const payment = await ctx.waitEvent(paid, { key: 'o1', timeout: '1h' });
    await did(`payment of ${payment.data.sum}`);
    const missed = await ctx.waitEvent(paid, { key: 'o2', timeout: '1m' }).catch((error: unknown) => nameOf(error));
    await ctx.leaveGroup('team');
    const others = (await ctx.groupMembers('team')).length;
    ctx.setStage('listening');
    const news: string[] = [];
    for await (const { data } of ctx.messages<string>('news')) if (news.push(data) === 3) break;
    await ctx.unsubscribe('news');
    return { first, team, mails, sum: payment.data.sum, missed, others, news };
  });

  worker.workflow<Heard>('member', async ({ news }, ctx) => {
    if (news.length === 0) {
      await ctx.subscribe('mail', 'direct');
      await ctx.subscribe('news');
      await ctx.joinGroup('team');
      const { data } = await ctx.receive<string>('mail');
      await ctx.sendTo('leader', 'mail', `answer to ${data}`);
      await ctx.publish('news', 'it began');
    }
    const { data } = await ctx.receive<string>('news');
    await did(`hear ${data}`);
    const heard = [...news, data];
    return heard.length < 3 ? ctx.recur({ news: heard }) : heard;
  });

  worker.workflow<Jobs>('hand', async ({ done }, ctx) => {
    const next = await ctx
      .receive<string>('jobs', { mode: 'competing', timeout: '5m' })
      .then(({ data }) => data)
      .catch((error: unknown) => ({ error: nameOf(error) }));
    if (typeof next === 'object') return { done, ...next };
    await did(`job ${next}`);
    return ctx.recur({ done: [...done, next] });
  });

  worker.workflow<string>('starter', async (job, ctx) => ctx.publish('jobs', job));
};

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
