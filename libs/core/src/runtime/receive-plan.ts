import type { ChannelMode } from '../definition/messages.js';
import { directChannel } from '../messages/channel-name.js';
import type { SubscriptionMode } from '../ports/subscription.js';
import type { ReceiveCommand } from '../replay/command.js';
import type { RunMemory } from './run-memory.js';
import type { SubscriptionState } from './subscription-state.js';

export type ReceivePlan =
  | { readonly kind: 'ready'; readonly subscriptions: readonly SubscriptionState[] }
  /** The instance has to subscribe first. */
  | { readonly kind: 'subscribe'; readonly mode: ChannelMode }
  | { readonly kind: 'conflict'; readonly existing: ChannelMode; readonly requested: ChannelMode };

/** Which subscriptions serve a `receive`. An event may come on its type's channel, or on that of the instance alone. */
export function planReceive({ channel, mode }: ReceiveCommand, memory: RunMemory, root: string): ReceivePlan {
  if (mode === 'event') {
    return {
      kind: 'ready',
      subscriptions: [memory.listening(channel), memory.listening(directChannel(channel, root))],
    };
  }
  const shared = explicit(memory, channel);
  const direct = explicit(memory, directChannel(channel, root));
  const found = mode === 'direct' ? (direct ?? shared) : (shared ?? direct);
  if (!found) return { kind: 'subscribe', mode: mode ?? 'broadcast' };
  const existing = found === direct ? 'direct' : found.mode;
  if (mode !== undefined && mode !== existing) return { kind: 'conflict', existing, requested: mode };
  return { kind: 'ready', subscriptions: [found] };
}

function explicit(memory: RunMemory, channel: string): SubscriptionState | undefined {
  const found = memory.subscriptions.get(channel);
  return found?.implicit === false ? found : undefined;
}

/** The channel and mode in the database of a subscription as workflows name it. */
export function storedAs(
  channel: string,
  mode: ChannelMode,
  root: string,
): { readonly channel: string; readonly mode: SubscriptionMode } {
  return mode === 'direct' ? { channel: directChannel(channel, root), mode: 'broadcast' } : { channel, mode };
}
