import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Mistake } from '@romancy/nestjs';
import { membersOf, type Member } from '../decorators/member-metadata.js';
import type { McpPromptOptions } from '../interfaces/prompt-options.interface.js';
import type { McpResourceOptions } from '../interfaces/resource-options.interface.js';
import type { McpToolOptions } from '../interfaces/tool-options.interface.js';
import { PROMPT_METADATA, RESOURCE_METADATA, TOOL_METADATA } from '../mcp.constants.js';
import * as messages from './mcp.messages.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A decorated method with the object that it is called on. */
export interface FoundMember<Options> {
  /** `Class.method`, for reports. */
  readonly where: string;
  readonly instance: object;
  readonly method: string;
  readonly options: Options;
}

export interface Discovered {
  readonly tools: readonly FoundMember<McpToolOptions>[];
  readonly prompts: readonly FoundMember<McpPromptOptions>[];
  readonly resources: readonly FoundMember<McpResourceOptions>[];
  readonly mistakes: readonly Mistake[];
}

/** Finds what is decorated among the providers and controllers of all modules. */
@Injectable()
export class McpExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): Discovered {
    const mistakes: Mistake[] = [];
    const seen = new Set<unknown>();
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()].filter((wrapper) => {
      const isNew = !wrapper.instance || !seen.has(wrapper.instance);
      seen.add(wrapper.instance);
      return isNew;
    });
    const found = <Options>(key: symbol): FoundMember<Options>[] =>
      wrappers.flatMap((wrapper) => {
        const type = classOf(wrapper);
        const members = type ? membersOf<Options>(key, type) : [];
        return members.flatMap((member) => this.#judge(wrapper, type?.name ?? '', member, mistakes));
      });
    return {
      tools: found(TOOL_METADATA),
      prompts: found(PROMPT_METADATA),
      resources: found(RESOURCE_METADATA),
      mistakes,
    };
  }

  #judge<Options>(
    wrapper: Wrapper,
    className: string,
    { method, options, isStatic }: Member<Options>,
    mistakes: Mistake[],
  ): FoundMember<Options>[] {
    const where = `${className}.${method}`;
    const instance: unknown = wrapper.instance;
    if (isStatic) mistakes.push(messages.STATIC_MEMBER(where));
    else if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) mistakes.push(messages.NOT_SHARED(where));
    else if (typeof instance === 'object' && instance !== null) return [{ where, instance, method, options }];
    return [];
  }
}

/** The class that carries the decorators: the provider's own, or the token's where a test put something else behind it. */
function classOf(wrapper: Wrapper): { readonly name: string } | undefined {
  const instance: unknown = wrapper.instance;
  const prototype: unknown =
    typeof instance === 'object' && instance !== null ? Object.getPrototypeOf(instance) : undefined;
  const own = typeof prototype === 'object' && prototype !== null ? prototype.constructor : undefined;
  return [wrapper.isFactory ? undefined : wrapper.metatype, own, wrapper.token].find(
    (type): type is Exclude<typeof own, undefined> => typeof type === 'function' && isMarked(type),
  );
}

function isMarked(type: object): boolean {
  return [TOOL_METADATA, PROMPT_METADATA, RESOURCE_METADATA].some((key) => membersOf(key, type).length > 0);
}
