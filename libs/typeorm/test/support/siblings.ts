import { randomUUID } from 'node:crypto';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { insertRow, query } from './rows.js';

export interface SiblingOptions {
  readonly framework: 'python' | 'go';
  readonly channel: string;
  readonly mode?: 'broadcast' | 'competing';
  readonly status?: string;
  readonly step?: string | null;
  readonly lockedBy?: string | null;
  /** Lock's end, as the sibling writes it. */
  readonly lockExpires?: string | null;
  /** Position that the sibling's own cursor has. */
  readonly cursor?: number;
}

/** A waiting instance as Edda (python) or Romancy (go) leaves it behind. */
export async function insertSibling(storage: TypeOrmStorage, options: SiblingOptions): Promise<string> {
  const { framework, channel, mode = 'broadcast', cursor = 0 } = options;
  const instanceId = `${framework}-${randomUUID()}`;
  const definition = ['sibling', ''];
  const found = await query(
    storage,
    'SELECT 1 AS found FROM workflow_definitions WHERE workflow_name = ? AND source_hash = ?',
    definition,
  );
  if (found.length === 0)
    await insertRow(storage, 'workflow_definitions', { workflow_name: 'sibling', source_hash: '', source_code: '' });
  await insertRow(storage, 'workflow_instances', {
    instance_id: instanceId,
    workflow_name: 'sibling',
    source_hash: '',
    owner_service: 'sibling',
    framework,
    status: options.status ?? 'waiting_for_message',
    input_data: '{}',
    locked_by: options.lockedBy ?? null,
    lock_expires_at: options.lockExpires ?? null,
  });
  await insertRow(storage, 'channel_subscriptions', {
    instance_id: instanceId,
    channel,
    mode,
    activity_id: options.step === undefined ? `receive_${channel}:1` : options.step,
    // Edda keeps its position here, Romancy in a table of its own.
    cursor_message_id: framework === 'python' && mode === 'broadcast' ? cursor : null,
    timeout_at: '2037-01-01 00:00:00',
  });
  if (framework === 'go' && mode === 'broadcast')
    await insertRow(storage, 'channel_delivery_cursors', {
      channel,
      instance_id: instanceId,
      last_delivered_id: cursor,
    });
  return instanceId;
}

export interface SiblingMessage {
  readonly data?: string;
  readonly binary?: Uint8Array;
  readonly metadata?: string | null;
  /** As the sibling writes it; the database's now if it is left out. */
  readonly publishedAt?: string;
}

/** A message as a sibling publishes it; answers its id. */
export async function insertSiblingMessage(
  storage: TypeOrmStorage,
  channel: string,
  { data = '{"a": 1.0}', binary, metadata = null, publishedAt }: SiblingMessage = {},
): Promise<{ readonly id: number; readonly messageId: string }> {
  const messageId = randomUUID();
  await insertRow(storage, 'channel_messages', {
    channel,
    message_id: messageId,
    data_type: binary === undefined ? 'json' : 'binary',
    data: binary === undefined ? data : null,
    data_binary: binary === undefined ? null : Buffer.from(binary),
    metadata,
    ...(publishedAt !== undefined && { published_at: publishedAt }),
  });
  const [row] = await query(storage, 'SELECT id FROM channel_messages WHERE message_id = ?', [messageId]);
  return { id: Number(row?.['id']), messageId };
}
