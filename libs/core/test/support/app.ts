import {
  currentActivity,
  durableMethod,
  Registry,
  type ActivityOptions,
  type CompensationCall,
  type WorkflowContext,
} from '@romancy/core';
import { MemoryTransaction } from '@romancy/testing';

export interface ActivitySettings extends ActivityOptions {
  readonly compensation?: (call: CompensationCall) => unknown;
  readonly compensationOptions?: ActivityOptions;
  readonly inDoubt?: boolean;
}

/** What an application registers: the code of one version. Several engines may run the same. */
export class App {
  readonly registry = new Registry();

  workflow<Input>(name: string, run: (ctx: WorkflowContext<Input>, input: Input) => unknown, sourceHash = 'v1'): void {
    this.registry.addWorkflow({
      name,
      sourceHash,
      sourceCode: '',
      create: () => ({
        run: async (input, ctx) => run(ctx as WorkflowContext<Input>, input as Input),
      }),
    });
  }

  /** Registers an activity and answers the method that workflows call. Its compensation is called `undo_<name>`. */
  activity<Args extends readonly unknown[], Result>(
    name: string,
    body: (...args: Args) => Result | Promise<Result>,
    { compensation, compensationOptions = {}, inDoubt = false, ...options }: ActivitySettings = {},
  ): (...args: Args) => Promise<Result> {
    this.registry.addActivity({
      name,
      options,
      invoke: (args) => body(...(args as unknown as Args)),
      compensation: compensation && {
        name: `undo_${name}`,
        inDoubt,
        options: compensationOptions,
        invoke: compensation,
      },
    });
    return durableMethod(name, body as unknown as (...args: never[]) => unknown) as unknown as (
      ...args: Args
    ) => Promise<Result>;
  }
}

/** The attempt that the caller runs in. */
export function attempt(): NonNullable<ReturnType<typeof currentActivity>> {
  const scope = currentActivity();
  if (!scope) throw new Error('This does not run in an activity.');
  return scope;
}

/** Writes a row of the user's in the attempt's transaction: it shows in `storage.effects` once that is committed. */
export async function effect(key: string): Promise<void> {
  const { transaction } = attempt();
  if (!(transaction instanceof MemoryTransaction)) throw new Error('The activity is not transactional.');
  await transaction.effect(key);
}
