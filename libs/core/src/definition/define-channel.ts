import type { ChannelMode } from './messages.js';
import type { ChannelToken } from './tokens.js';

/**
 * Names a channel once, with the type of its messages.
 *
 * @param options `mode`: how it is read where `subscribe` and `receive` name none. Default `broadcast`.
 * @example
 * ```ts
 * export const shipments = defineChannel<{ orderId: string }>('shipments', { mode: 'competing' });
 *
 * await ctx.publish(shipments, { orderId: '17' });
 * const { data } = await ctx.receive(shipments);
 * ```
 */
export function defineChannel<Data = unknown>(
  name: string,
  options: { readonly mode?: ChannelMode } = {},
): ChannelToken<Data> {
  return Object.freeze({ name, mode: options.mode });
}
