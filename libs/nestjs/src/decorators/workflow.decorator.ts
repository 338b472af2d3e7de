import 'reflect-metadata';
import type { WorkflowContext } from '@romancy/core';
import type { WorkflowMetadata } from '../interfaces/metadata.interface.js';
import type { StartData, StartEvent, StartOn, WorkflowOptions } from '../interfaces/workflow-options.interface.js';
import { WORKFLOW_METADATA } from '../romancy.constants.js';

/** A class that can be marked `@Workflow()`: it can be built, and has `run(input, ctx)`. */
export type WorkflowType = new (...args: never[]) => { run(input: never, ctx: WorkflowContext<never>): unknown };

/** A workflow class whose `run` takes the data of an event. The property makes the compiler compare strictly. */
export type WorkflowFor<Data> = new (...args: never[]) => {
  run: (input: Data, ctx: WorkflowContext<never>) => unknown;
};

/**
 * Marks a class with `run(input, ctx)` as a durable workflow. List it among the `providers` of any module; it is found by discovery.
 *
 * A fresh object of the class is built for every run, with its dependencies from the container of Nest, so its fields are the state of that
 * run. `run` must be deterministic: effects belong into activities, time and randomness come from `ctx`.
 *
 * @example
 * ```ts
 * @Workflow({ name: 'order_workflow' })
 * export class OrderWorkflow {
 *   constructor(private readonly payment: PaymentActivities) {}
 *
 *   async run(order: OrderInput, ctx: WorkflowContext<OrderInput>): Promise<OrderResult> {
 *     const { chargeId } = await this.payment.charge(order.orderId, order.amount);
 *     return { orderId: order.orderId, chargeId };
 *   }
 * }
 * ```
 */
export function Workflow<const On extends StartOn = never>(
  options: WorkflowOptions<On> = {},
): <C extends WorkflowFor<StartData<On>>>(target: C) => void {
  return (target) => {
    const name = options.name ?? target.name;
    const metadata: WorkflowMetadata = { name, startOn: startTypes(options.startOn, name) };
    Reflect.defineMetadata(WORKFLOW_METADATA, metadata, target);
  };
}

function startTypes(startOn: StartOn | undefined, name: string): readonly string[] {
  if (startOn === undefined) return [];
  if (startOn === true) return [name];
  const given = isList(startOn) ? startOn : [startOn];
  return [...new Set(given.map(typeOf))];
}

/** A definition is undefined where two modules import each other; the start of the application reports it. */
function typeOf(event: StartEvent | undefined): string {
  return typeof event === 'string' ? event : (event?.type ?? '');
}

function isList(startOn: StartEvent | readonly StartEvent[]): startOn is readonly StartEvent[] {
  return Array.isArray(startOn);
}
