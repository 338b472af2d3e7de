/** Which indexes the shared tables have: all of the family's, or those without the ones that no statement of ours needs. */
export type IndexSet = 'family' | 'lean';

/**
 * Indexes of the family that siblings' statements are found by, and none of ours. Those that our statements name, that a foreign key of MySQL
 * stands on, and all unique ones are not among them.
 */
export const DISPENSABLE: ReadonlySet<string> = new Set([
  // beginnings of a primary key, a unique key or a longer index
  'idx_definitions_name',
  'idx_instances_status',
  'idx_history_instance',
  'idx_timer_subscriptions_instance',
  'idx_group_memberships_instance',
  'idx_channel_messages_id',
  'idx_channel_subscriptions_channel',
  'idx_channel_subscriptions_instance',
  'idx_channel_delivery_cursors_channel',
  // columns that only siblings look up, or in tables of a few rows
  'idx_definitions_hash',
  'idx_instances_owner',
  'idx_instances_locked',
  'idx_instances_hash',
  'idx_history_created',
  'idx_history_archive_archived',
  'idx_outbox_retry',
  'idx_channel_subscriptions_timeout',
  'idx_system_locks_expires',
]);
