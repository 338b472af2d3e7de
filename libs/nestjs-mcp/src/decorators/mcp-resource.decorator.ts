import type { McpContext } from '../interfaces/mcp-context.interface.js';
import type { McpResourceAnswer, McpResourceOptions } from '../interfaces/resource-options.interface.js';
import { RESOURCE_METADATA } from '../mcp.constants.js';
import { memberDecorator } from './member-metadata.js';

type ResourceMethod = (
  variables: Readonly<Record<string, string>>,
  ctx: McpContext,
) => McpResourceAnswer | Promise<McpResourceAnswer>;

/**
 * Marks a method of a provider as a resource of the server, or as a family of resources when its URI is a template. It gets the variables of
 * the template, decoded.
 *
 * @example
 * ```ts
 * @McpResource({ uri: 'stock://items/{sku}', description: 'What is known about an article.' })
 * async item({ sku }: Record<string, string>): Promise<StockItem | undefined> {
 *   return (await this.items.findOneBy({ sku })) ?? undefined;
 * }
 * ```
 */
export function McpResource(
  options: McpResourceOptions,
): <F extends ResourceMethod>(target: object, method: string, descriptor: TypedPropertyDescriptor<F>) => void {
  return memberDecorator(RESOURCE_METADATA, options);
}
