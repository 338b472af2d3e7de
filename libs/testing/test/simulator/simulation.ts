import type { EngineSettings, StartRequest } from '@romancy/core';
import type { Worker } from '../engine/worker.js';
import { Cluster } from '../engine/cluster.js';
import { chaos, randomLevel, type ChaosLevel } from './chaos.js';
import { interpreter } from './interpreter.js';
import { EffectWatch } from './effect-watch.js';
import { checkMail, instancesOf, randomMail, readersOf } from './mail.js';
import { EDITOR, type Mail } from './mailroom.js';
import { endsByFailing, randomProgram } from './program.js';
import { Random } from '../../../../test/support/random.js';
import { checkChildren, checkOutbox, checkOutcome, type Planned } from './outcomes.js';

/** No process does anything for so many turns of the event loop and then goes on, unless it says so. */
const STILL = 4;
const CHAOS_LASTS = 300_000;
/** Longer than anything that stalls: what wakes late must not change what has ended. */
const AFTERWARDS = 65_000;

/** One course of events: some instances, some processes, and whatever chance does to them. After a while everything works again. */
export class Simulation {
  readonly world: Cluster;
  readonly planned: readonly Planned[];
  /** Some courses are about messages as well. */
  readonly mail: Mail | undefined;
  readonly #random: Random;
  readonly #level: ChaosLevel;
  readonly #settings: EngineSettings;
  readonly workers: Worker[] = [];
  readonly #skewed: boolean;
  #healed = false;
  readonly #begun: number;

  constructor(readonly seed: number) {
    const random = new Random(seed);
    this.#random = random;
    const singleWriter = random.chance(0.3);
    this.#skewed = random.chance(0.3);
    this.#level = randomLevel(random, singleWriter);
    this.#settings = {
      cacheSize: random.pick([0, 1, 1000]),
      maxConcurrentInstances: random.pick([2, 200]),
      maxConcurrentActivities: random.pick([2, 200]),
      compensationGrace: '10s',
      shutdownTimeout: '5s',
      messageInterval: '2s',
    };
    this.world = new Cluster({
      application: interpreter,
      singleWriter,
      sessions: random.int(1, 3),
      settings: this.#settings,
    });
    this.world.clock.whenIdle = () => this.world.storage.database.quiet(STILL);
    this.#begun = this.world.clock.now();
    this.planned = Array.from({ length: random.int(1, 6) }, (_, index) => {
      const program = randomProgram(random);
      return { instanceId: `i${index}`, program, fails: endsByFailing(program) };
    });
    this.mail = random.chance(0.5) ? randomMail(random) : undefined;
  }

  /** Answers the promises that were broken. It goes no further than the first one that is seen while it runs. */
  async run(): Promise<readonly string[]> {
    const { world } = this;
    for (let count = this.#random.int(1, 3); count > 0; count--) this.#startProcess();
    for (const { instanceId, program: input } of this.planned) {
      const request = { workflowName: 'program', instanceId, input };
      this.#at(this.#random.int(0, 20_000), () => this.#start(request));
    }
    if (this.mail !== undefined) this.#startMail(this.mail);
    for (const planned of this.planned) {
      if (this.#random.chance(0.3)) this.#at(this.#random.int(0, 120_000), () => this.#cancel(planned));
      if (this.#random.chance(0.2)) this.#at(this.#random.int(0, 120_000), () => this.#steal(planned.instanceId));
    }
    if (this.#random.chance(0.3)) this.#at(this.#random.int(0, CHAOS_LASTS), () => this.#restartOne());
    this.#at(CHAOS_LASTS, () => this.#heal());
    const effects = new EffectWatch(world);
    let overSince = Infinity;
    const done = await world.runUntil(
      () => {
        effects.look();
        if (world.violations.length > 0) return true;
        const over = this.#expected.every((instanceId) => world.isOver(instanceId)) && world.isAllOver();
        overSince = over ? Math.min(overSince, world.clock.now()) : Infinity;
        return over && (this.#healed || world.clock.now() >= overSince + AFTERWARDS);
      },
      CHAOS_LASTS + 6 * 3_600_000,
    );
    if (world.violations.length > 0) return world.violations.map((what) => `after ${this.#elapsed} ms: ${what}`);
    if (!done) {
      const all = new Set([...this.#expected, ...world.storage.database.instances.keys()]);
      const open = [...all].filter((instanceId) => !world.isOver(instanceId));
      world.violations.push(`never ended: ${JSON.stringify(open.map((id) => world.row(id) ?? id))}`);
    }
    for (const planned of this.planned) checkOutcome(world, planned);
    checkChildren(world);
    checkOutbox(world);
    if (this.mail !== undefined) checkMail(world, this.mail, this.#level.stall + this.#level.landsLate === 0);
    for (const worker of this.workers) this.#checkLog(worker);
    return world.violations;
  }

  #at(milliseconds: number, action: () => void): void {
    this.world.clock.setTimer(milliseconds, action);
  }

  get #elapsed(): number {
    return this.world.clock.now() - this.#begun;
  }

  get #expected(): readonly string[] {
    const mail = this.mail === undefined ? [] : instancesOf(this.mail);
    return [...this.planned, ...mail].map(({ instanceId }) => String(instanceId));
  }

  get #live(): readonly Worker[] {
    return this.workers.filter((worker) => !worker.dead && worker.engine.state === 'started');
  }

  #startProcess(): void {
    const skew = this.#skewed ? this.#random.int(-60_000, 60_000) : undefined;
    const worker = this.world.process(skew === undefined ? {} : { skew });
    this.workers.push(worker);
    const handler = chaos(this.world, this.#random, this.#level);
    worker.storage.faults.intercept(async (point) => {
      if (this.#healed) return undefined;
      const reaction = await handler(point);
      if (reaction === 'crash') this.#at(this.#random.int(0, 20_000), () => this.#startProcess());
      return reaction;
    });
    worker.engine.start().catch(() => {
      // The database was down when the process came up: its supervisor starts another one.
      worker.crash();
      this.#at(1000, () => this.#startProcess());
    });
  }

  #start(request: StartRequest): void {
    this.#untilAnswered(async ({ engine }) => engine.startInstance(request));
  }

  /** Everybody writes to the editor, so the others come when it is there. */
  #startMail(mail: Mail): void {
    const [editor, ...others] = instancesOf(mail);
    if (editor === undefined) return;
    this.#start(editor);
    const startOthers = (): void => {
      if (this.world.row(EDITOR) === undefined) {
        this.#at(1000, startOthers);
        return;
      }
      for (const other of others) this.#at(this.#random.int(0, 20_000), () => this.#start(other));
      for (const reader of readersOf(mail)) this.#at(this.#random.int(0, 60_000), () => this.#sendTip(reader));
      if (this.#random.chance(0.5)) this.#at(this.#random.int(0, 60_000), () => this.#steal(EDITOR));
    };
    startOthers();
  }

  #sendTip(reader: string): void {
    const tip = { channel: 'tips', data: 'tip', messageId: `tip for ${reader}` };
    this.#untilAnswered(async ({ engine }) => engine.sendTo(reader, tip));
  }

  /** Whoever gets no answer asks again. */
  #untilAnswered(ask: (worker: Worker) => Promise<unknown>): void {
    const [worker] = this.#live;
    const again = (): void => this.#untilAnswered(ask);
    if (worker === undefined) {
      this.#at(2000, again);
      return;
    }
    let answered = false;
    ask(worker).then(
      () => (answered = true),
      () => undefined,
    );
    this.#at(15_000, () => {
      if (!answered) again();
    });
  }

  #cancel({ instanceId }: Planned): void {
    this.#live
      .at(-1)
      ?.engine.cancel(instanceId, 'by chance')
      .catch(() => undefined);
  }

  #steal(instanceId: string): void {
    if (this.world.row(instanceId) !== undefined && !this.world.isOver(instanceId)) {
      this.world.storage.stealLease(instanceId, 'thief', this.#random.pick([0, 20_000]));
    }
  }

  #restartOne(): void {
    const [worker] = this.#live;
    if (worker === undefined) return;
    void worker.engine.stop().catch(() => undefined);
    this.#startProcess();
  }

  #heal(): void {
    this.#healed = true;
    this.#startProcess();
  }

  #checkLog(worker: Worker): void {
    for (const { message } of worker.logs) {
      if (/history|deterministic|input/i.test(message))
        this.world.violations.push(`${worker.label} logged: ${message}`);
    }
  }
}
