import type { WorkflowContext } from '../../src/definition/workflow-context.js';
import { durableMethod } from '../../src/scope/durable-method.js';
import type { Shape } from './shape.js';

/** What a call of a step asks for: who asks, and whether it is to fail. */
export type Ask = (label: string, fails: boolean) => Promise<unknown>;

export interface World {
  readonly activity: (name: string) => Ask;
  /** Body of an inline step. */
  readonly step: Ask;
  readonly undo: Ask;
  /** Called with everything that the workflow sees, in the order in which it sees it. */
  readonly note: (entry: string) => void;
}

/** Runs a shape as a workflow would be written by hand; answers a value that depends on every result it has seen. */
export class Interpreter {
  readonly #calls = new Map<string, number>();
  #last = 0;

  constructor(
    private readonly ctx: WorkflowContext,
    private readonly world: World,
  ) {}

  async run(shape: Shape, path = ''): Promise<number> {
    switch (shape.kind) {
      case 'activity':
        return this.#see(path, (label) => this.world.activity(shape.name)(label, shape.fails));
      case 'step':
        return this.#see(path, (label) => this.ctx.step(shape.name, () => this.world.step(label, shape.fails)));
      case 'sleep':
        return this.#see(path, () => this.ctx.sleep(shape.ms));
      case 'sleepUntil':
        return this.#see(path, () => this.ctx.sleepUntil(this.ctx.now().getTime() + shape.offset));
      case 'compensation':
        return this.#see(path, (label) => this.ctx.addCompensation(this.world.undo, label, false));
      case 'hops':
        for (let hop = 0; hop < shape.count; hop += 1) await Promise.resolve();
        return shape.count;
      case 'sequence':
        return this.#sequence(shape.parts, path);
      case 'parallel':
        return this.#parallel(shape, path);
      case 'background':
        this.run(shape.body, `${path}b`).catch((error: unknown) => {
          this.world.note(`${path} background failed: ${messageOf(error)}`);
        });
        return 0;
      case 'loop':
        return this.#sequence(
          Array.from({ length: shape.times }, () => shape.body),
          path,
        );
      case 'attempt':
        return this.#attempt(shape, path);
      case 'branch':
        return this.#decide(shape) ? this.run(shape.yes, `${path}y`) : this.run(shape.no, `${path}n`);
    }
  }

  async #see(path: string, ask: (label: string) => Promise<unknown>): Promise<number> {
    const count = (this.#calls.get(path) ?? 0) + 1;
    this.#calls.set(path, count);
    const label = `${path}#${String(count)}`;
    try {
      const value = await ask(label);
      this.#last = typeof value === 'number' ? value : 0;
      this.world.note(`${label} = ${String(value)} at ${String(this.ctx.now().getTime())}`);
      return this.#last;
    } catch (error) {
      this.world.note(`${label} failed: ${messageOf(error)}`);
      throw error;
    }
  }

  async #sequence(parts: readonly Shape[], path: string): Promise<number> {
    let sum = 0;
    for (const [index, part] of parts.entries()) sum = mix(sum, await this.run(part, `${path}.${String(index)}`));
    return sum;
  }

  async #parallel(shape: Extract<Shape, { kind: 'parallel' }>, path: string): Promise<number> {
    const branches = shape.parts.map((part, index) => this.run(part, `${path}/${String(index)}`));
    switch (shape.combinator) {
      case 'all':
        return (await Promise.all(branches)).reduce(mix, 0);
      case 'race':
        return Promise.race(branches);
      case 'any':
        return Promise.any(branches);
      case 'allSettled': {
        const settled = await Promise.allSettled(branches);
        return settled.map((one) => (one.status === 'fulfilled' ? one.value : 17)).reduce(mix, 0);
      }
    }
  }

  async #attempt(shape: Extract<Shape, { kind: 'attempt' }>, path: string): Promise<number> {
    try {
      return await this.run(shape.body, `${path}t`);
    } catch (error) {
      this.world.note(`${path} caught ${messageOf(error)}`);
      return mix(1, await this.run(shape.handler, `${path}c`));
    } finally {
      await this.run(shape.last, `${path}f`);
    }
  }

  #decide(shape: Extract<Shape, { kind: 'branch' }>): boolean {
    switch (shape.on) {
      case 'random':
        return this.ctx.random() < 0.5;
      case 'uuid':
        return this.ctx.uuid().charCodeAt(0) % 2 === 0;
      case 'now':
        return Math.floor(this.ctx.now().getTime() / 100) % 2 === 0;
      case 'value':
        return this.#last % 2 === 0;
    }
  }
}

/** Asks for an activity by name, as a decorated method does. */
export function askActivity(name: string): Ask {
  return durableMethod(name, (label: string): Promise<unknown> => {
    throw new Error(`The body of ${name} was called for ${label}.`);
  });
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return `[${error.errors.map(messageOf).join(', ')}]`;
  return error instanceof Error ? error.message : String(error);
}

function mix(a: number, b: number): number {
  return (a * 31 + b) % 1_000_003;
}
