import { Workflow, type WorkflowContext } from '@romancy/nestjs';
import type { FiveInput } from '../../peer.js';
import { Activities } from './activities.js';

@Workflow({ name: 'five' })
export class Five {
  constructor(private readonly activities: Activities) {}

  async run({ steps }: FiveInput): Promise<number> {
    let sum = 0;
    for (let k = 1; k <= steps; k += 1) sum += (await this.activities.n(k)).n;
    return sum;
  }
}

@Workflow({ name: 'business' })
export class Business {
  constructor(private readonly activities: Activities) {}

  async run({ steps }: FiveInput): Promise<number> {
    let sum = 0;
    for (let k = 1; k <= steps; k += 1) sum += (await this.activities.store(k)).n;
    return sum;
  }
}

@Workflow({ name: 'slow' })
export class Slow {
  constructor(private readonly activities: Activities) {}

  async run(ms: number): Promise<number> {
    let sum = 0;
    for (let k = 1; k <= 5; k += 1) sum += (await this.activities.slow(k, ms)).n;
    return sum;
  }
}

@Workflow({ name: 'wait' })
export class Wait {
  constructor(private readonly activities: Activities) {}

  async run(steps: number, ctx: WorkflowContext<number>): Promise<number> {
    for (let k = 1; k <= steps; k += 1) await this.activities.n(k);
    return (await ctx.waitEvent<number>('bench.go', { key: ctx.instanceId })).data;
  }
}

@Workflow({ name: 'sleep' })
export class Sleep {
  async run(ms: number, ctx: WorkflowContext<number>): Promise<number> {
    const due = ctx.now().getTime() + ms;
    await ctx.sleep(ms);
    // The wall clock is what is measured here. A replay would answer another number, which nobody compares.
    return Date.now() - due;
  }
}

@Workflow({ name: 'subscriber' })
export class Subscriber {
  async run(_: undefined, ctx: WorkflowContext<undefined>): Promise<number> {
    return (await ctx.receive<number>('news')).data;
  }
}

@Workflow({ name: 'counter' })
export class Counter {
  async run(
    { at, left }: { at: number; left: number },
    ctx: WorkflowContext<{ at: number; left: number }>,
  ): Promise<number> {
    return left === 0 ? at : ctx.recur({ at: at + 1, left: left - 1 });
  }
}
