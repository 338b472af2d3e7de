import type { McpContext } from '../interfaces/mcp-context.interface.js';
import type { McpPromptAnswer, McpPromptOptions } from '../interfaces/prompt-options.interface.js';
import { PROMPT_METADATA } from '../mcp.constants.js';
import { memberDecorator } from './member-metadata.js';

type PromptMethod = (args: never, ctx: McpContext) => McpPromptAnswer | Promise<McpPromptAnswer>;

/**
 * Marks a method of a provider as a prompt of the server: a text for the model that people choose by name.
 *
 * @example
 * ```ts
 * @McpPrompt({ description: 'Explains why an order failed.', arguments: z.object({ orderId: z.string() }) })
 * async explain({ orderId }: { orderId: string }): Promise<string> {
 *   const { status, error } = await this.workflows.get(`order-${orderId}`);
 *   return `Order ${orderId} is ${status}: ${error?.message ?? 'no error'}. Explain to the customer what happened.`;
 * }
 * ```
 */
export function McpPrompt(
  options: McpPromptOptions,
): <F extends PromptMethod>(target: object, method: string, descriptor: TypedPropertyDescriptor<F>) => void {
  return memberDecorator(PROMPT_METADATA, options);
}
