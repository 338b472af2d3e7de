import type { Mistake } from '@romancy/nestjs';

export type Kind = 'tool' | 'prompt' | 'resource';

export const INVALID_TOOL_NAME = (where: string, name: string, cure: string): Mistake => ({
  where,
  problem: `${JSON.stringify(name)} is no valid tool name: 1 to 128 of the characters A-Z, a-z, 0-9, "_", "-" and "."`,
  cure,
});

export const DUPLICATE_NAME = (where: string, kind: Kind, name: string, other: string): Mistake => ({
  where,
  problem: `the ${kind} ${JSON.stringify(name)} is there already, of ${other}`,
  cure: 'Give one of them another name',
});

export const UNUSABLE_SCHEMA = (where: string, option: string, reason: string): Mistake => ({
  where,
  problem: `option ${option} cannot be written as JSON Schema: ${reason}`,
  cure: `Give a schema that can (zod 4.2 or newer, ArkType, toStandardJsonSchema of @valibot/to-json-schema), or ${option}Schema beside it`,
});

export const NOT_AN_OBJECT = (where: string, option: string): Mistake => ({
  where,
  problem: `option ${option} does not describe an object, which the protocol asks for`,
  cure: 'Put the value into a field of an object',
});

export const NO_INPUT_SCHEMA = (where: string): Mistake => ({
  where,
  problem: 'is offered as tools and takes an input, but has no schema of it',
  cure: 'Give one: @Workflow({ input: z.object({ … }) })',
});

export const NO_WORKFLOW = (where: string): Mistake => ({
  where,
  problem: 'is listed among the workflows of RomancyMcpModule but is not marked @Workflow()',
  cure: 'Mark it, or remove it from the list',
});

export const NO_DESCRIPTION = (where: string): Mistake => ({
  where,
  problem: 'has no description, by which a model chooses',
  cure: 'Say what it does and when to use it',
});

export const NOT_SHARED = (where: string): Mistake => ({
  where,
  problem: 'belongs to a provider in request or transient scope, of which there is no single object',
  cure: 'Give it and what it injects the default scope; what belongs to a request is in the McpContext',
});

export const STATIC_MEMBER = (where: string): Mistake => ({
  where,
  problem: 'is static, but tools, prompts and resources are methods of a provider',
  cure: 'Remove `static`',
});

export const NO_METHOD = (where: string, argument: string, method: string): Mistake => ({
  where,
  problem: `completes ${JSON.stringify(argument)} by ${JSON.stringify(method)}, which is no method of its class`,
  cure: 'Name a method of the same class',
});

export const INVALID_URI = (where: string, uri: string, reason: string): Mistake => ({
  where,
  problem: `${JSON.stringify(uri)} is no URI or URI template: ${reason}`,
  cure: "Give one with a scheme, such as 'stock://items/{sku}'",
});
