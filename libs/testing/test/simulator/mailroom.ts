import { defineEvent, type WorkflowContext } from '@romancy/core';
import type { Worker } from '../engine/worker.js';

/** How much mail there is. */
export interface Mail {
  readonly readers: number;
  readonly takers: number;
  readonly news: number;
  readonly letters: number;
  readonly jobs: number;
}

export const EDITOR = 'mail-editor';

const RETRY = { maxAttempts: 60, initialInterval: 500, backoff: 1.3, maxInterval: '20s' } as const;
const PER_GENERATION = 2;
const paid = defineEvent<{ reader: string }>('paid', { key: ({ reader }) => reader });

interface Reader {
  readonly name: string;
  readonly mail: Mail;
  readonly heard: number;
}

/** Workflows that talk to each other on channels of each mode, by events and in groups, and begin anew in the middle of it. */
export function mailroom(worker: Worker): void {
  const note = worker.activity('note', { retry: RETRY }, (what: string) => worker.effect(what));

  /** Publishes when all readers are there; then, when they have read that, what is for each of them. */
  worker.workflow<Mail>('editor', async (mail, ctx) => {
    await everybody(ctx, mail.readers);
    for (const text of numbered(mail.news)) await ctx.publish('news', text);
    const jobs = numbered(mail.jobs).map((text) => ctx.publish('jobs', text));
    await Promise.all(jobs);
    const names = await everybody(ctx, mail.readers);
    await ctx.publish('open', 'open');
    for (const reader of names) await ctx.publish('paid', { reader });
    for (const text of numbered(mail.letters)) {
      const reached = await ctx.publishToGroup('readers', 'letters', text);
      if (reached !== mail.readers) await note(`${reached} of ${mail.readers} were reached`);
    }
    for (let taker = 0; taker < mail.takers; taker++) await ctx.publish('jobs', 'stop');
  });

  worker.workflow<Reader>('reader', async ({ name, mail, heard }, ctx) => {
    if (heard === 0) {
      await ctx.subscribe('news', 'broadcast');
      await ctx.joinGroup('readers');
      await ctx.sendTo(EDITOR, 'ready', name);
    }
    const last = Math.min(heard + PER_GENERATION, mail.news);
    for (let count = heard; count < last; count++) await note(`news ${await patient(ctx, 'news')}`);
    if (last < mail.news) return ctx.recur({ name, mail, heard: last });

    await ctx.sendTo(EDITOR, 'ready', name);
    for (let count = 0; count < mail.letters; count++) {
      await note(`letters ${(await ctx.receive<string>('letters', { mode: 'direct' })).data}`);
    }
    const [{ data }] = await Promise.all([ctx.waitEvent(paid, { key: name }), ctx.waitEvent('open')]);
    await note(`paid ${data.reader}`);
    await note(`tips ${(await ctx.receive<string>('tips', { mode: 'direct' })).data}`);
    return ctx.leaveGroup('readers');
  });

  worker.workflow<null>('taker', async (_input, ctx) => {
    await ctx.subscribe('jobs', 'competing');
    for (let count = 0; count < PER_GENERATION; count++) {
      const job = await patient(ctx, 'jobs');
      if (job === 'stop') return;
      await note(`jobs ${job}`);
    }
    return ctx.recur(null);
  });
}

/** The names of so many that say that they are ready. */
async function everybody(ctx: WorkflowContext, readers: number): Promise<readonly string[]> {
  const names: string[] = [];
  while (names.length < readers) names.push((await ctx.receive<string>('ready', { mode: 'direct' })).data);
  return names;
}

/** The next message of the channel, by wait after wait that is withdrawn. */
async function patient(ctx: WorkflowContext, channel: string): Promise<string> {
  for (;;) {
    const message = await ctx.race([
      (signal) => ctx.receive<string>(channel, { signal }).then(({ data }) => data),
      (signal) => ctx.sleep('7s', { signal }).then(() => undefined),
    ]);
    if (message !== undefined) return message;
  }
}

export function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}
