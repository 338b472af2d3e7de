import type { McpContext } from '../interfaces/mcp-context.interface.js';
import type { McpToolOptions } from '../interfaces/tool-options.interface.js';
import { TOOL_METADATA } from '../mcp.constants.js';
import { memberDecorator } from './member-metadata.js';

type ToolMethod = (args: never, ctx: McpContext) => unknown;

/**
 * Marks a method of a provider as a tool of the server. It gets the checked arguments and the {@link McpContext} of the request, and returns
 * text, a value (sent as JSON, an object as structured content too), nothing, or `{ content: […] }` with blocks as the protocol has them. What
 * it throws reaches the client as a tool error with the message, so that the model can react.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class StockTools {
 *   @McpTool({
 *     description: 'How many pieces of an article are left.',
 *     input: z.object({ sku: z.string().describe('Article number') }),
 *     output: z.object({ left: z.int() }),
 *     annotations: { readOnlyHint: true },
 *   })
 *   async left({ sku }: { sku: string }): Promise<{ left: number }> {
 *     return { left: await this.stock.count(sku) };
 *   }
 * }
 * ```
 */
export function McpTool(
  options: McpToolOptions,
): <F extends ToolMethod>(target: object, method: string, descriptor: TypedPropertyDescriptor<F>) => void {
  return memberDecorator(TOOL_METADATA, options);
}
