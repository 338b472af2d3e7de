import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';

type Row = Readonly<Record<string, unknown>>;

/** Writes rows as Romancy for Go does: these columns, these forms. */
export class GoRows {
  #made = 0;

  constructor(private readonly database: DataSource) {}

  get #dialect(): 'sqlite' | 'postgres' | 'mysql' {
    const { type } = this.database.options;
    return type === 'postgres' ? 'postgres' : type === 'mysql' || type === 'mariadb' ? 'mysql' : 'sqlite';
  }

  /** A message; no UUID on SQLite. Answers the number of the row. */
  async publish(channel: string, data: unknown, metadata: object | null = null): Promise<number> {
    const nanoseconds = `${String(Date.now())}000000-${String((this.#made += 1))}`;
    const messageId = this.#dialect === 'sqlite' ? nanoseconds : randomUUID();
    await this.insert('channel_messages', {
      channel,
      message_id: messageId,
      data_type: 'json',
      data: JSON.stringify(data),
      metadata: metadata === null ? null : JSON.stringify(metadata),
      published_at: this.#now(),
    });
    const [row] = await this.#query('SELECT id FROM channel_messages WHERE message_id = ?', [messageId]);
    return Number(row?.['id']);
  }

  /** An event: the envelope as the data, no metadata; for one instance it has a channel of its own. */
  async event(type: string, envelope: object, target?: string): Promise<void> {
    const channel = target === undefined ? type : `${type}:${target}`;
    await this.publish(channel, { id: randomUUID(), type, source: '/go', specversion: '1.0', ...envelope });
  }

  /** What a delivery leaves in the receiver: its history, its cursor, running and free. */
  async deliver(instanceId: string, channel: string, messageId: number, data: unknown): Promise<void> {
    const message = { id: messageId, channel_name: channel, created_at: '0001-01-01T00:00:00Z', data };
    await this.insert('workflow_history', {
      instance_id: instanceId,
      activity_id: `receive_${channel}:1`,
      event_type: 'ChannelMessageReceived',
      data_type: 'json',
      event_data: JSON.stringify(message),
      created_at: this.#now(),
    });
    const moved = 'UPDATE channel_delivery_cursors SET last_delivered_id = ? WHERE channel = ? AND instance_id = ?';
    await this.#query(moved, [messageId, channel, instanceId]);
    await this.#query(`UPDATE workflow_instances SET status = 'running' WHERE instance_id = ?`, [instanceId]);
  }

  /** An outbox row, with the empty type of data. */
  async outbox(type: string, data: unknown): Promise<string> {
    const eventId = randomUUID();
    await this.insert('outbox_events', {
      event_id: eventId,
      event_type: type,
      event_source: '/go',
      data_type: '',
      event_data: JSON.stringify(data),
      content_type: 'application/json',
      status: 'pending',
      retry_count: 0,
      created_at: this.#now(),
    });
    return eventId;
  }

  /** An instance of Go that is running and free; what it left behind as lock is NULL or an empty text. */
  async running(workflowName: string, lockedBy: '' | null): Promise<string> {
    const instanceId = randomUUID();
    const known = 'SELECT 1 FROM workflow_definitions WHERE workflow_name = ? AND source_hash = ?';
    if ((await this.#query(known, [workflowName, ''])).length === 0)
      await this.insert('workflow_definitions', { workflow_name: workflowName, source_hash: '', source_code: '' });
    await this.insert('workflow_instances', {
      instance_id: instanceId,
      workflow_name: workflowName,
      source_hash: '',
      owner_service: '',
      framework: 'go',
      status: 'running',
      input_data: '{"n":1}',
      started_at: '2020-01-01 00:00:00',
      updated_at: '2020-01-01 00:00:00',
      locked_by: lockedBy,
    });
    return instanceId;
  }

  /** The number of the row as the claim, which nothing refers to: possible on SQLite alone, where Go checks no foreign keys. */
  async claimNumber(messageId: number, instanceId: string): Promise<void> {
    await this.database.query('PRAGMA foreign_keys = OFF');
    await this.insert('channel_message_claims', { message_id: messageId, instance_id: instanceId });
    await this.database.query('PRAGMA foreign_keys = ON');
  }

  async insert(table: string, row: Row): Promise<void> {
    const names = Object.keys(row);
    const marks = names.map(() => '?').join(', ');
    await this.#query(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks})`, Object.values(row));
  }

  /** Whole seconds, but on PostgreSQL. */
  #now(): string {
    return new Date()
      .toISOString()
      .slice(0, this.#dialect === 'postgres' ? 23 : 19)
      .replace('T', ' ');
  }

  #query(text: string, params: readonly unknown[]): Promise<Row[]> {
    let index = 0;
    const placed = this.#dialect === 'postgres' ? text.replace(/\?/g, () => `$${String((index += 1))}`) : text;
    return this.database.query(placed, [...params]);
  }
}
