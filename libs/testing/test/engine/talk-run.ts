import { acceptedEvent, type CloudEventValue, type Engine, type HistoryRow } from '@romancy/core';
import { Cluster, type ClusterOptions } from './cluster.js';
import { referenceTalk } from './reference-talk.js';
import type { Worker } from './worker.js';

/** What a user can see when everything is over, without who did which of the shared jobs. */
export interface TalkObservation {
  readonly ends: Readonly<Record<string, unknown>>;
  /** Steps of the hands and of all others. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
  /** Jobs by the hands' own results. */
  readonly jobs: readonly string[];
  readonly channels: Readonly<Record<string, readonly unknown[]>>;
  readonly effects: readonly string[];
  readonly outbox: readonly string[];
  readonly left: readonly string[];
}

/** What somebody outside does, once it is time. Whoever gets no answer asks again: everything is idempotent. */
interface Request {
  readonly name: string;
  readonly isTime: (run: TalkRun) => boolean;
  readonly send: (engine: Engine) => Promise<unknown>;
}

const HANDS = ['hand1', 'hand2'];

const SCRIPT: readonly Request[] = [
  ...HANDS.map((id) => start(id, 'hand', { done: [] })),
  start('member', 'member', { news: [] }),
  start('leader', 'leader', undefined, (run) => run.isParked('member')),
  deliver('e0', 'paid', { order: 'o3', sum: 3 }, (run) => run.stage() === 'unpaid'),
  deliver('e1', 'paid', { order: 'o1', sum: 7 }, (run) => run.isAnswered('event e0')),
  deliver('e2', 'order', 'c', (run) => run.isAnswered('event e1'), 'starter'),
  publish('second', (run) => run.stage() === 'listening'),
  publish('third', (run) => run.isAnswered('news second')),
];

/** The reference talk on one database, driven by one process after another. */
export class TalkRun {
  readonly world: Cluster;
  readonly #answered = new Set<string>();

  constructor(options: Partial<ClusterOptions> = {}) {
    this.world = new Cluster({
      application: referenceTalk,
      ...options,
      settings: { resumeInterval: '5s', timerInterval: '1m', messageInterval: '5s', ...options.settings },
    });
  }

  /** Drives a fresh process until everything is over or the process is dead. */
  async drive(prepare: (worker: Worker) => void = () => undefined): Promise<Worker> {
    const worker = this.world.process();
    prepare(worker);
    const asked = new Set<string>();
    void worker.engine.start().catch((error: unknown) => this.#refused('the engine', error));
    const done = await this.world.runUntil(() => {
      if (worker.dead) return true;
      if (worker.engine.state !== 'started') return false;
      if (SCRIPT.every(({ name }) => this.isAnswered(name)) && this.world.isAllOver()) return true;
      for (const request of SCRIPT) {
        if (this.isAnswered(request.name) || asked.has(request.name) || !request.isTime(this)) continue;
        asked.add(request.name);
        request.send(worker.engine).then(
          () => this.#answered.add(request.name),
          (error: unknown) => this.#refused(request.name, error),
        );
      }
      return false;
    });
    if (!done) this.world.violations.push(`never ended: ${JSON.stringify([...this.#ends()])}`);
    return worker;
  }

  isAnswered(name: string): boolean {
    return this.#answered.has(name);
  }

  isParked(instanceId: string): boolean {
    const row = this.world.row(instanceId);
    return row?.lockedBy === null && row.status === 'waiting_for_message';
  }

  stage(): string | null | undefined {
    return this.world.row('leader')?.stage;
  }

  observe(): TalkObservation {
    const { database, effects } = this.world.storage;
    const channels = ['jobs', 'news', 'mail', 'paid', 'order'];
    const hands = [...this.#ends()].filter(([id, { status }]) => isHand(id) && status === 'completed');
    const others = [...this.#ends()].filter(([id]) => !isHand(id));
    const ids = [...database.instances.keys()];
    return {
      ends: Object.fromEntries(others.sort()),
      steps: {
        hands: ids
          .filter(isHand)
          .flatMap((id) => this.#steps(id))
          .sort(),
        ...Object.fromEntries(others.map(([id]) => [id, this.#steps(id)])),
      },
      jobs: hands.flatMap(([, { output }]) => (output as { result: { done: string[] } }).result.done).sort(),
      channels: Object.fromEntries(
        channels.map((name) => [name, database.messages.ofChannel(name).map(({ data }) => data)]),
      ),
      effects: effects.map((effect) => effect.replace(/^hand[^/]*/, 'hand')).sort(),
      outbox: [...database.outbox.keys()].sort(),
      left: [...this.#left()],
    };
  }

  *#ends(): Iterable<[string, { status: string; output: unknown }]> {
    for (const [id, { row }] of this.world.storage.database.instances) {
      yield [id, { status: row.status, output: JSON.parse(row.output ?? 'null') as unknown }];
    }
  }

  /** The workflow's own steps, of an archived generation too. */
  #steps(id: string): readonly string[] {
    const { instances, archive } = this.world.storage.database;
    const rows: readonly HistoryRow[] = archive.get(id) ?? instances.get(id)?.history ?? [];
    return rows.map(({ activityId }) => activityId);
  }

  /** Rows that an ended instance has no use for. */
  *#left(): Iterable<string> {
    const { instances, staged } = this.world.storage.database;
    if (staged.size > 0) yield `${staged.size} staged messages`;
    for (const [id, { timers, waits, subscriptions, groups, attempts }] of instances) {
      const rows = { timers, waits, subscriptions, groups, attempts };
      for (const [name, { size }] of Object.entries(rows)) if (size > 0) yield `${size} ${name} of ${id}`;
    }
  }

  #refused(name: string, error: unknown): void {
    this.world.violations.push(`${name} was refused: ${String(error)}`);
  }
}

function isHand(instanceId: string): boolean {
  return HANDS.some((hand) => instanceId.startsWith(hand));
}

function start(instanceId: string, workflowName: string, input: unknown, isTime = (_run: TalkRun) => true): Request {
  const send = (engine: Engine): Promise<unknown> => engine.startInstance({ workflowName, instanceId, input });
  return { name: `start ${instanceId}`, isTime, send };
}

function publish(data: string, isTime: Request['isTime']): Request {
  const send = (engine: Engine): Promise<unknown> => engine.publish({ channel: 'news', data, messageId: data });
  return { name: `news ${data}`, isTime, send };
}

function deliver(id: string, type: string, data: unknown, isTime: Request['isTime'], starts?: string): Request {
  const event: CloudEventValue = {
    id,
    source: '/test',
    type,
    subject: undefined,
    time: undefined,
    dataContentType: undefined,
    dataSchema: undefined,
    extensions: {},
    data,
  };
  const started = starts === undefined ? [] : [{ workflowName: starts, input: data }];
  return { name: `event ${id}`, isTime, send: (engine) => engine.deliver(acceptedEvent(event, started)) };
}
