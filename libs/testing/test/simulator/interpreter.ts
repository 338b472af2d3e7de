import { TerminalError, type CompensationCall, type WorkflowContext } from '@romancy/core';
import type { Application, Worker } from '../engine/worker.js';
import { mailroom } from './mailroom.js';
import type { Operation, Program } from './program.js';

const RETRY = { maxAttempts: 60, initialInterval: 500, backoff: 1.3, maxInterval: '20s' } as const;
const EVENT = { eventType: 'stored', eventSource: 'simulator', data: '1', binary: null, contentType: 'text/json' };
const PARKED = { transactional: false, retry: { ...RETRY, initialInterval: '7s' } } as const;

/**
 * Runs programs. Every activity answers its own step id, and is handed the steps whose results the workflow has seen: all of them must be
 * recorded by then (E9).
 */
export const interpreter: Application = (worker) => {
  const activities = define(worker);
  mailroom(worker);

  const execute = async (operation: Operation, seen: string[], ctx: WorkflowContext): Promise<string> => {
    const note = (step: string): string => {
      seen.push(step);
      return step;
    };
    switch (operation.kind) {
      case 'store':
        return note(await activities.store([...seen]));
      case 'call':
        return note(await activities.call([...seen]));
      case 'idle':
        return note(await activities.idle([...seen]));
      case 'note': {
        const before = [...seen];
        return note(await ctx.step('note', () => worker.observe(before)));
      }
      case 'undo':
        await ctx.addCompensation(activities.tidy, seen.length);
        return 'undo';
      case 'refuse':
        return note(await activities.refuse([...seen]));
      case 'flaky':
        return note(
          await (operation.store ? activities.flakyStore : activities.flakyCall)([...seen], operation.failures),
        );
      case 'slow':
        return note(await activities.slow([...seen], operation.takes));
      case 'pay':
        return note(await activities.pay([...seen], operation.takes));
      case 'spawn':
        return note(await activities.spawn([...seen]));
      case 'sleep': {
        const before = ctx.now().getTime();
        await ctx.sleep(operation.for);
        const slept = ctx.now().getTime() - before;
        if (slept < operation.for) throw new Error(`slept ${slept} instead of ${operation.for}`);
        return `slept ${operation.for}`;
      }
      case 'attempt':
        try {
          return await run(operation.body, seen, ctx);
        } catch (error) {
          if (!(error instanceof TerminalError)) throw error;
          return `caught ${error.message}`;
        }
      default:
        return join(operation, seen, ctx);
    }
  };

  const join = async (
    { kind, branches }: Extract<Operation, { branches: readonly Program[] }>,
    seen: string[],
    ctx: WorkflowContext,
  ): Promise<string> => {
    const running = branches.map((branch) => run(branch, seen, ctx));
    if (kind === 'race') return `first ${await Promise.race(running)}`;
    if (kind === 'all') return `all ${(await Promise.all(running)).join()}`;
    return `settled ${(await Promise.allSettled(running)).map((result) => result.status).join()}`;
  };

  const run = async (program: Program, seen: string[], ctx: WorkflowContext): Promise<string> => {
    const done: string[] = [];
    for (const operation of program) {
      done.push(await execute(operation, seen, ctx));
      ctx.setStage(`${done.length} done`);
    }
    return done.join(' ');
  };

  worker.workflow<Program>('program', async (program, ctx) => {
    const text = await run(program, [], ctx);
    return { text, uuid: ctx.uuid(), random: ctx.random(), now: ctx.now().getTime() };
  });
};

function define(worker: Worker) {
  const plain = { transactional: false, retry: RETRY } as const;
  const stored = { retry: RETRY } as const;
  const store = async (seen: readonly string[]): Promise<string> => {
    const id = worker.observe(seen);
    await worker.effect(id);
    worker.scope().emit({ ...EVENT, eventId: worker.scope().idempotencyKey });
    return id;
  };
  const call = async (seen: readonly string[]): Promise<string> => {
    const id = worker.observe(seen);
    await worker.outside('call');
    return id;
  };
  const failFirst = (failures: number): void => {
    const { attempt, stepId } = worker.scope();
    if (attempt <= failures) throw new Error(`attempt ${attempt} of ${stepId}`);
  };
  const unstore = { ...stored, run: (undo: CompensationCall) => worker.effect(`undo ${String(undo.result)}`) };
  const uncall = { ...plain, run: (undo: CompensationCall) => worker.outside(`undo ${String(undo.result)}`) };
  const unpay = {
    ...plain,
    inDoubt: true,
    run: (undo: CompensationCall) => worker.outside(`unpay ${undo.idempotencyKey}`),
  };

  return {
    store: worker.activity('store', { ...stored, compensation: unstore }, store),
    call: worker.activity('call', { ...plain, compensation: uncall }, call),
    idle: worker.activity('idle', stored, async (seen: readonly string[]) => worker.observe(seen)),
    tidy: worker.activity('tidy', stored, (count: number) => worker.effect(`tidy ${count}`)),
    refuse: worker.activity('refuse', plain, async (seen: readonly string[]): Promise<string> => {
      throw new TerminalError(`${worker.observe(seen)} refused`);
    }),
    /** Repeated while the instance stays in memory. */
    flakyStore: worker.activity('flaky_store', stored, async (seen: readonly string[], failures: number) => {
      const id = await store(seen);
      failFirst(failures);
      return id;
    }),
    /** Repeated by way of a timer. */
    flakyCall: worker.activity('flaky_call', PARKED, async (seen: readonly string[], failures: number) => {
      const id = await call(seen);
      failFirst(failures);
      return id;
    }),
    /** Cannot be taken back once it is done, whoever has heard of it: undone also where nobody knows. */
    pay: worker.activity('pay', { ...plain, compensation: unpay }, async (seen: readonly string[], takes: number) => {
      const id = worker.observe(seen);
      await worker.outside('pay');
      if (takes > 0) await worker.pause(takes);
      return id;
    }),
    /** Starts another instance together with its own record. */
    spawn: worker.activity('spawn', stored, async (seen: readonly string[]) => {
      const id = worker.observe(seen);
      const { idempotencyKey } = worker.scope();
      const transaction = worker.transaction();
      const input: Program = [{ kind: 'call' }];
      await worker.engine.startInstance({ workflowName: 'program', instanceId: idempotencyKey, input, transaction });
      return id;
    }),
    slow: worker.activity('slow', plain, async (seen: readonly string[], takes: number) => {
      const id = worker.observe(seen);
      await worker.pause(takes);
      await worker.outside('slow');
      return id;
    }),
  };
}
