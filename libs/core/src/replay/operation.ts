import type { ChannelMode } from '../definition/messages.js';

interface Letter {
  readonly channel: string;
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
}

export interface SubscribeOperation {
  readonly name: 'subscribe';
  readonly channel: string;
  readonly mode: ChannelMode | undefined;
}
export type PublishOperation = Letter & { readonly name: 'publish' };
export type SendOperation = Letter & { readonly name: 'send_to'; readonly instanceId: string };
export type GroupPublishOperation = Letter & { readonly name: 'publish_to_group'; readonly group: string };

/** What an instance does beside calling activities and waiting. The name is what its history row shows. */
export type Operation =
  | SubscribeOperation
  | { readonly name: 'unsubscribe'; readonly channel: string }
  | PublishOperation
  | SendOperation
  | GroupPublishOperation
  | { readonly name: 'join_group'; readonly group: string }
  | { readonly name: 'leave_group'; readonly group: string }
  | { readonly name: 'group_members'; readonly group: string };
