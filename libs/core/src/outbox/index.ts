export { fromOutboxRow, toOutboxRow } from './outbox-event.js';
export { resolveOutbox, type OutboxHooks, type OutboxOptions, type OutboxSettings } from './outbox-options.js';
export type { OutboxPublisher, PublishContext } from './publisher.js';
