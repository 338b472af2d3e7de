import type { Command } from '../../src/replay/command.js';
import type { HistoryEvent } from '../../src/replay/event.js';
import { recordedKindOf } from '../../src/replay/violation.js';
import { CoroutineRun, STARTED_AT } from '../support/coroutine-run.js';
import { askActivity, Interpreter, messageOf, type World } from './interpreter.js';
import type { Random } from './random.js';
import type { Shape } from './shape.js';

/** What can be seen of a run after so many events. Commands and trace only grow, so their lengths say all. */
export interface Sight {
  readonly commands: number;
  readonly trace: number;
  readonly pending: string;
  readonly outcome: string;
}

/** A shape on a coroutine, with what it was told. */
export class ShapeRun {
  readonly history: HistoryEvent[] = [];
  /** What could be seen at the start and after each event. */
  readonly sights: Sight[] = [];
  /** What the workflow has asked for, and what it has seen. */
  readonly commands: string[] = [];
  readonly trace: string[] = [];
  readonly #run: CoroutineRun;
  #time = STARTED_AT;

  constructor(shape: Shape) {
    const world: World = {
      activity: askActivity,
      step: () => Promise.reject(new Error('The body of a step was called.')),
      undo: askActivity('undo'),
      note: (entry) => void this.trace.push(entry),
    };
    this.#run = new CoroutineRun((ctx) => new Interpreter(ctx, world).run(shape));
  }

  async start(): Promise<void> {
    await this.#run.start();
    this.#look();
  }

  async deliver(event: HistoryEvent): Promise<void> {
    this.history.push(event);
    this.#time = event.time;
    await this.#run.deliver(event);
    this.#look();
  }

  /** Lets one pending step after another end, in a random order, until the outcome or so many events. */
  async liveOn(random: Random, most: number): Promise<void> {
    while (this.history.length < most && this.#run.coroutine.outcome === undefined) {
      const pending = this.#run.coroutine.pendingCommands();
      if (pending.length === 0) throw new Error('Nothing is pending, and the workflow has not ended.');
      await this.deliver(this.#settle(random.pick(pending), random));
    }
  }

  get pendingCommands(): readonly Command[] {
    return this.#run.coroutine.pendingCommands();
  }

  /** What each call of the workflow has seen, by its place in the code. */
  get seen(): readonly string[] {
    return this.trace.map((entry) => entry.replace(/ at \d+$/, '')).sort();
  }

  #settle(command: Command, random: Random): HistoryEvent {
    this.#time += random.below(1000);
    if (command.kind === 'sleep') this.#time = Math.max(this.#time, command.deadline);
    const kind = recordedKindOf(command.kind);
    const base = { stepId: command.stepId, kind, name: kind === 'sleep' ? undefined : command.name, time: this.#time };
    const fails = command.kind === 'activity' && command.args[1] === true;
    const failing = fails || (command.kind === 'step' && random.below(5) === 0);
    if (failing) return { ...base, settlement: { ok: false, error: new Error(`no ${String(random.below(1000))}`) } };
    const value = command.kind === 'activity' || command.kind === 'step' ? random.below(100_000) : undefined;
    return { ...base, settlement: { ok: true, value } };
  }

  #look(): void {
    const { coroutine, commands, pending } = this.#run;
    if (coroutine.violation) throw new Error(`The guard objects: ${JSON.stringify(coroutine.violation)}`);
    const { outcome } = coroutine;
    let ended = 'none';
    if (outcome?.kind === 'completed') ended = `completed ${String(outcome.value)}`;
    else if (outcome?.kind === 'failed') ended = `failed ${messageOf(outcome.error)}`;
    this.commands.push(...commands.slice(this.commands.length).map(describe));
    this.sights.push({
      commands: this.commands.length,
      trace: this.trace.length,
      pending: pending.join(),
      outcome: ended,
    });
  }
}

function describe(command: Command): string {
  const { stepId, kind, name } = command;
  if (kind === 'sleep') return `${stepId} ${kind} ${name} ${String(command.deadline)}`;
  return `${stepId} ${kind} ${name} ${'args' in command ? JSON.stringify(command.args) : ''}`;
}
