import { setTimeout as sleep } from 'node:timers/promises';
import { currentActivity, durableMethod, Engine, Registry, type WorkflowContext } from '@romancy/core';
import { activityManager, TypeOrmStorage } from '@romancy/typeorm';
import type { Job, WorkerCommand, WorkerEvent, WorkerSettings } from './worker-messages.js';

/** A process that runs one kind of workflow: an effect, a body that takes its time, another effect. The parent tells it what to do. */
const { database, storage: storageSettings, ...settings } = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const registry = new Registry();

function tell(event: WorkerEvent): void {
  process.send?.(event);
}

function method<Args extends readonly unknown[]>(
  name: string,
  body: (...args: Args) => Promise<unknown>,
  transactional: boolean,
): (...args: Args) => Promise<unknown> {
  const options = { transactional };
  registry.addActivity({ name, options, invoke: (args) => body(...(args as Args)), compensation: undefined });
  return durableMethod(name, body as never);
}

async function insertEffect(step: string): Promise<void> {
  const scope = currentActivity();
  if (scope?.transaction === undefined) throw new Error('An effect needs a transaction.');
  await activityManager(scope.transaction).query(
    `INSERT INTO effects (id, step) VALUES ('${scope.instanceId}', '${step}')`,
  );
}

/** Tells when it begins and, if that is so, that its signal fired. */
async function hold(ms: number): Promise<void> {
  const scope = currentActivity();
  const id = scope?.instanceId ?? '';
  scope?.signal.addEventListener('abort', () => {
    tell({ kind: 'aborted', id, code: (scope.signal.reason as { code?: string }).code ?? '' });
  });
  tell({ kind: 'holding', id });
  await sleep(ms);
}

const effect = method('effect', insertEffect, true);
const wait = method('wait', hold, false);
const waitInTransaction = method(
  'waitInTransaction',
  async (ms: number) => {
    await insertEffect('held');
    await hold(ms);
  },
  true,
);

registry.addWorkflow({
  name: 'job',
  sourceHash: 'v1',
  sourceCode: '',
  create: () => ({
    run: async (input, ctx) => {
      const { ms, transactional, die } = input as Job;
      await effect('first');
      await (transactional ? waitInTransaction(ms) : wait(ms));
      if (die) process.kill(process.pid, 'SIGKILL');
      await effect('last');
      return (ctx as WorkflowContext<Job>).instanceId;
    },
  }),
});

const storage = new TypeOrmStorage({ database, ...storageSettings });
const lines = (level: string) => (message: string) => {
  tell({ kind: 'log', level, message });
};
const logger = { debug: () => undefined, info: lines('info'), warn: lines('warn'), error: lines('error') };
const engine = new Engine({ storage, registry, logger, ...settings });
await engine.start();

const commands: { readonly [K in WorkerCommand['kind']]: (command: Extract<WorkerCommand, { kind: K }>) => unknown } = {
  start: ({ id, job }) => engine.startInstance({ workflowName: 'job', instanceId: id, input: job }),
  block: ({ ms }) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  stop: async () => {
    await engine.stop();
    tell({ kind: 'stopped' });
    process.disconnect();
  },
  readiness: async () => {
    tell({ kind: 'readiness', ready: await engine.isReady() });
  },
  exit: () => process.exit(0),
};
process.on('message', (command: WorkerCommand) => {
  void (commands[command.kind] as (command: WorkerCommand) => unknown)(command);
});
tell({ kind: 'ready' });
