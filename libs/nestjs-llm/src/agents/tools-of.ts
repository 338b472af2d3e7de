import 'reflect-metadata';
import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmTool } from '../interfaces/tool.interface.js';
import { TOOL_METADATA, type ToolMetadata } from './agent-tool.decorator.js';

/** A tool that an agent can call. */
export interface RunnableTool<Deps = unknown> extends LlmTool {
  /** Calls it; in a workflow a recorded step. */
  readonly run: (input: unknown, deps: Deps) => Promise<unknown>;
}

type ToolMethod = (input: never, deps: never) => Promise<unknown>;

/** Names of the methods that could be tools. */
export type ToolMethods<T> = { [K in keyof T & string]: T[K] extends ToolMethod ? K : never }[keyof T & string];

/** What all the named methods together ask for as their second parameter. */
export type DepsOf<T, K extends keyof T> = {
  [P in K]: T[P] extends (input: never, deps: infer D) => unknown ? (deps: D) => void : never;
}[K] extends (deps: infer D) => void
  ? D
  : never;

/**
 * Tools of a provider for an agent: methods marked `@AgentTool()`.
 *
 * @param type Class of the provider; tools are known by it, whatever a test puts in the place of the provider.
 * @param provider The injected object.
 * @throws LlmConfigurationError for a method that is not marked.
 * @example
 * ```ts
 * tools: toolsOf(OrderTools, orders, 'findOrder', 'refund')
 * ```
 */
export function toolsOf<T extends object, K extends ToolMethods<T>>(
  type: abstract new (...args: never[]) => T,
  provider: T,
  ...methods: readonly [K, ...K[]]
): readonly RunnableTool<DepsOf<T, K>>[] {
  return methods.map((method) => {
    const { name, description, input } = metadataOf(type, method);
    const run = (given: unknown, deps: unknown): Promise<unknown> => {
      const body = provider[method] as (input: unknown, deps: unknown) => Promise<unknown>;
      return deps === undefined
        ? (body as (input: unknown) => Promise<unknown>).call(provider, given)
        : body.call(provider, given, deps);
    };
    return { name, description, input, run };
  });
}

function metadataOf(type: abstract new (...args: never[]) => object, method: string): ToolMetadata {
  for (
    let owner: unknown = type.prototype;
    typeof owner === 'object' && owner !== null;
    owner = Object.getPrototypeOf(owner)
  ) {
    const known = Reflect.getOwnMetadata(TOOL_METADATA, owner) as Readonly<Record<string, ToolMetadata>> | undefined;
    if (known && Object.hasOwn(known, method) && known[method]) return known[method];
  }
  throw new LlmConfigurationError(`${type.name}.${method} is no tool: mark it @AgentTool().`, {
    details: { className: type.name, method },
  });
}
