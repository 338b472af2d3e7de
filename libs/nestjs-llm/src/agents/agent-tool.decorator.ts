import 'reflect-metadata';
import { Activity, type ActivityDecoratorOptions } from '@romancy/nestjs';
import type { InferValue, LlmSchema } from '../interfaces/schema.interface.js';

export const TOOL_METADATA = Symbol.for('romancy:llm-tools');

/** Options of {@link AgentTool}: how the model sees the tool, and how its activity is run. */
export interface AgentToolOptions<S extends LlmSchema> extends ActivityDecoratorOptions {
  /** Tells the model what the tool does and when to use it. */
  readonly description: string;
  /** Schema of the input, an object; the model's input is checked against it before the tool is called. */
  readonly input: S;
  /** Name of the activity, and of the tool for the model: letters, digits, `_`, `-`. Default the name of the method. */
  readonly name?: string;
}

/** What the decorator writes, by method. */
export interface ToolMetadata {
  readonly name: string;
  readonly description: string;
  readonly input: LlmSchema;
}

/**
 * Marks a method as a tool of agents. It is an activity too, with the same options: each call of the tool is a recorded step, transactional
 * unless told otherwise, tried again as its policy says. The first parameter is the input, the second what the workflow gave the agent.
 *
 * @example
 * ```ts
 * @AgentTool({ description: 'Finds an order by its number.', input: z.object({ orderId: z.string() }) })
 * async findOrder({ orderId }: { orderId: string }, { customerId }: SupportDeps): Promise<OrderView> {
 *   return this.orders.findOneByOrFail({ orderId, customerId });
 * }
 * ```
 */
export function AgentTool<S extends LlmSchema>(
  options: AgentToolOptions<S>,
): <F extends (input: InferValue<S>, deps: never) => Promise<unknown>>(
  target: object,
  method: string,
  descriptor: TypedPropertyDescriptor<F>,
) => void {
  const { description, input, ...activity } = options;
  return (target, method, descriptor) => {
    Activity(activity)(target, method, descriptor);
    const known = (Reflect.getOwnMetadata(TOOL_METADATA, target) ?? {}) as Readonly<Record<string, ToolMetadata>>;
    const metadata: ToolMetadata = { name: options.name ?? method, description, input };
    Reflect.defineMetadata(TOOL_METADATA, { ...known, [method]: metadata }, target);
  };
}
