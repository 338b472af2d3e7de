import { PATIENCE, WAYS, type Pair } from '../support/pair.js';
import type { Run } from '../support/run.js';

interface Heard {
  readonly messages: readonly { id: string; channel: string; data: unknown; metadata: Record<string, unknown> }[];
  readonly timeout: boolean;
}

/** Whatever an object of JSON may hold. */
const EVERYTHING = {
  text: 'é ☃ 😀 \\ " \u2028',
  empty: '',
  whole: 42,
  largest: Number.MAX_SAFE_INTEGER,
  negative: -1.25,
  yes: true,
  no: false,
  nothing: null,
  list: [1, 'two', [3], { four: 4 }, null],
  nested: { deeper: { deepest: [] }, none: {} },
};
const METADATA = { trace: 'abc-1', nested: { tags: ['a', 'b'] }, count: 3 };

/** A defect of Edda: its worker fails where another one claims the same job in the same instant. */
const LOST_CLAIM = /rolled back|channel_message_claims/;

const json = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value));
const dataOf = async (run: Run): Promise<unknown[]> => (await run.output<Heard>()).messages.map(({ data }) => data);

/** What is said on a channel, in both directions. */
export function channelScenarios(it: jest.It, pair: () => Pair): void {
  const jobsDone = async (channel: string): Promise<number[]> =>
    (await pair().received(channel)).map((data) => (data as { job: number }).job).sort((a, b) => a - b);

  describe.each(WAYS)('from %s to %s', (from, to) => {
    it('broadcasts come whole, in order, and each once', async () => {
      const channel = pair().name('news');
      const [sender, hearer] = [pair().peer(from), pair().peer(to)];
      const subscriber = hearer.run('subscribe', '--channel', channel, '--count', '4', '--timeout', PATIENCE);
      await subscriber.waiting();
      const publish = async (...items: unknown[]): Promise<unknown> =>
        sender
          .run('publish', '--channel', channel, '--metadata', JSON.stringify(METADATA), '--data', ...json(items))
          .output();
      await publish(EVERYTHING);
      await publish({ m: 1 }, { m: 2 });
      await publish({ m: 3 });
      const { messages } = await subscriber.output<Heard>();
      expect(messages.map(({ data }) => data)).toEqual([EVERYTHING, { m: 1 }, { m: 2 }, { m: 3 }]);
      expect(new Set(messages.map(({ id }) => id)).size).toBe(4);
      for (const { channel: heardOn, metadata } of messages) {
        expect(heardOn).toBe(channel);
        expect(metadata).toMatchObject(METADATA);
      }
    });

    it('what is said while the subscriber sleeps waits for it, also what comes from outside of workflows', async () => {
      const channel = pair().name('queue');
      const subscriber = pair()
        .peer(to)
        .run('subscribe', '--channel', channel, '--count', '3', '--busy', '2', '--timeout', PATIENCE);
      await subscriber.waiting();
      const sender = pair().peer(from);
      await sender.run('publish', '--channel', channel, '--outside', '--data', ...json([{ n: 1 }])).line('published');
      await sender.run('publish', '--channel', channel, '--data', ...json([{ n: 2 }, { n: 3 }])).output();
      expect(await dataOf(subscriber)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    });

    it('a job is done by one of those who compete, whatever they are', async () => {
      const channel = pair().name('jobs');
      const workers = [from, to].flatMap((name) =>
        [1, 2].map(() =>
          pair()
            .peer(name)
            .run('subscribe', '--channel', channel, '--mode', 'competing', '--count', '2', '--timeout', PATIENCE),
        ),
      );
      await Promise.all(workers.map((worker) => worker.waiting()));
      const jobs = Array.from({ length: 8 }, (_, job) => ({ job }));
      for (const job of jobs)
        await pair()
          .peer(from)
          .run('publish', '--channel', channel, '--data', ...json([job]))
          .output();
      for (const { status, error } of await Promise.all(workers.map((worker) => worker.result()))) {
        if (status !== 'completed') expect(error).toMatch(LOST_CLAIM);
      }
      // what a worker has left undone that failed over the claim of another one
      for (let left = jobs.length - (await jobsDone(channel)).length; left > 0; left -= 1) {
        const substitute = ['--mode', 'competing', '--timeout', PATIENCE];
        await pair()
          .peer('typescript')
          .run('subscribe', '--channel', channel, ...substitute)
          .output();
      }
      expect(await jobsDone(channel)).toEqual(jobs.map(({ job }) => job));
      expect(await pair().jobsLeft(channel)).toEqual([]);
    });

    it('jobs that were there before the worker are left to it', async () => {
      const channel = pair().name('early');
      await pair()
        .peer(from)
        .run('publish', '--channel', channel, '--data', ...json([{ n: 1 }, { n: 2 }]))
        .output();
      const worker = pair()
        .peer(to)
        .run('subscribe', '--channel', channel, '--mode', 'competing', '--count', '2', '--timeout', PATIENCE);
      expect(await dataOf(worker)).toEqual([{ n: 1 }, { n: 2 }]);
      expect(await pair().jobsLeft(channel)).toEqual([]);
    });

    it('a direct message reaches its instance alone', async () => {
      const channel = pair().name('letters');
      const subscribe = (...more: string[]): Run =>
        pair()
          .peer(to)
          .run('subscribe', '--channel', channel, '--mode', 'direct', ...more);
      const sendTo = (instance: string, data: unknown): Promise<unknown> =>
        pair()
          .peer(from)
          .run('send-to', '--instance', instance, '--channel', channel, '--data', ...json([data]))
          .output();
      const [addressed, other] = [subscribe('--timeout', PATIENCE), subscribe('--timeout', PATIENCE)];
      const [instance, bystander] = await Promise.all([addressed.waiting(), other.waiting()]);
      await sendTo(instance, EVERYTHING);
      expect(await dataOf(addressed)).toEqual([EVERYTHING]);
      await sendTo(bystander, { own: true });
      expect(await dataOf(other)).toEqual([{ own: true }]);
    });

    it('another mode than that of a live subscriber is refused', async () => {
      const channel = pair().name('mode');
      const first = pair().peer(from).run('subscribe', '--channel', channel, '--timeout', PATIENCE);
      await first.waiting();
      const second = pair()
        .peer(to)
        .run('subscribe', '--channel', channel, '--mode', 'competing', '--timeout', PATIENCE);
      expect(await second.result()).toMatchObject({
        status: 'failed',
        error: expect.stringContaining('Mode') as string,
      });
      await pair()
        .peer(to)
        .run('publish', '--channel', channel, '--data', ...json([{ end: true }]))
        .output();
      expect(await dataOf(first)).toEqual([{ end: true }]);
    });
  });

  it('what edda has missed between its look and its wait is brought to it', async () => {
    const channel = pair().name('missed');
    const subscriber = pair().peer('edda').run('subscribe', '--channel', channel, '--timeout', PATIENCE);
    await subscriber.waiting();
    // stored without a word to anybody
    await pair().rows.query(
      `INSERT INTO channel_messages (channel, message_id, data_type, data) VALUES ('${channel}', '${channel}', 'json', '{"n":1}')`,
    );
    expect(await dataOf(subscriber)).toEqual([{ n: 1 }]);
  });

  it('from edda to typescript: JSON that is no object, and bytes', async () => {
    const channel = pair().name('any');
    const values = ['text', 7, 1.5, true, null, [1, [2]]];
    const subscriber = pair()
      .peer('typescript')
      .run('subscribe', '--channel', channel, '--count', '7', '--timeout', PATIENCE);
    await subscriber.waiting();
    const edda = pair().peer('edda');
    await edda.run('publish', '--channel', channel, '--outside', '--data', ...json(values)).line('published');
    await edda.run('publish', '--channel', channel, '--base64', 'AP/+').line('published');
    expect(await dataOf(subscriber)).toEqual([...values, { base64: 'AP/+' }]);
  });

  it('from typescript to edda: JSON that is no object arrives as an empty object, and what comes next comes whole', async () => {
    const values = ['text', 7, true, null, [1, [2]]];
    const expected = [...values.map(() => ({})), { last: 1 }];
    const [live, queued] = ['live', 'queued'].map((what) => pair().name(what));
    const subscribe = (channel: string, ...more: string[]): Run =>
      pair()
        .peer('edda')
        .run('subscribe', '--channel', channel, '--count', '6', '--timeout', PATIENCE, ...more);
    const subscribers = [subscribe(live!), subscribe(queued!, '--busy', '2')] as const;
    await Promise.all(subscribers.map((subscriber) => subscriber.waiting()));
    for (const value of [...values, { last: 1 }]) {
      for (const channel of [live!, queued!])
        await pair()
          .peer('typescript')
          .run('publish', '--channel', channel, '--data', ...json([value]))
          .output();
    }
    expect(await Promise.all(subscribers.map(dataOf))).toEqual([expected, expected]);
    // what was published is in the rows all the same
    expect((await pair().select('channel_messages', 'channel', live!)).map((row) => row['data'])).toEqual(
      [...values, { last: 1 }].map((value) => JSON.stringify(value)),
    );
  });

  it('from typescript to edda: bytes are brought to a waiting instance in the text form in which Edda has them', async () => {
    const channel = pair().name('bytes');
    const subscriber = pair().peer('edda').run('subscribe', '--channel', channel, '--timeout', PATIENCE);
    await subscriber.waiting();
    await pair().peer('typescript').run('publish', '--channel', channel, '--base64', 'AP/+').line('published');
    expect(await dataOf(subscriber)).toEqual([{ _binary: 'AP/+' }]);
  });
}
