import { fileURLToPath } from 'node:url';
import type { DataSource } from 'typeorm';
import { freshDatabase, type DatabaseKind, type TestDatabase } from '../../support/test-databases.js';
import { readCatalogue, type Catalogue } from '../../schema/catalogue.js';
import { PeerProcess } from './peer-process.js';

export type PeerName = 'typescript' | 'edda';

/** The framework that begins, and so makes the tables. */
export const MAKERS: readonly PeerName[] = ['typescript', 'edda'];

/** Who says something, and who hears it. */
export const WAYS: readonly (readonly [from: PeerName, to: PeerName])[] = [
  ['typescript', 'edda'],
  ['edda', 'typescript'],
];

/** Seconds that a wait has which is not meant to run out, on whatever machine. */
export const PATIENCE = '150';

/** Limits of what takes a second where nobody else is at work. */
export const SLOW = { within: 90_000 };

const path = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** Starts a process of a framework, and resolves when it is migrated and at work. */
export function openPeer(name: PeerName, url: string, ...words: readonly string[]): Promise<PeerProcess> {
  const program =
    name === 'edda' ? [process.env['EDDA_PYTHON']!, path('edda/peer.py')] : [process.execPath, path('peer.mjs')];
  return PeerProcess.start(name, [...program, ...words], url);
}

/** Both frameworks at work on one database. */
export class Pair {
  readonly #peers = new Map<PeerName, PeerProcess>();
  /** The tables, as the maker alone has made them. */
  made: Catalogue = {};
  #channels = 0;

  private constructor(
    readonly maker: PeerName,
    readonly database: TestDatabase,
    /** A connection beside theirs. */
    readonly rows: DataSource,
  ) {}

  static async start(kind: DatabaseKind, maker: PeerName): Promise<Pair> {
    const database = await freshDatabase(kind);
    const pair = new Pair(maker, database, await database.connect());
    await pair.start(maker);
    pair.made = await readCatalogue(pair.rows);
    await pair.start(pair.other(maker));
    return pair;
  }

  peer(name: PeerName): PeerProcess {
    const peer = this.#peers.get(name);
    if (peer === undefined) throw new Error(`${name} is not started.`);
    return peer;
  }

  other(name: PeerName): PeerName {
    return name === 'edda' ? 'typescript' : 'edda';
  }

  /** A name that no other scenario uses. */
  name(what: string): string {
    return `${what}-${String((this.#channels += 1))}`;
  }

  async start(name: PeerName): Promise<void> {
    this.#peers.set(name, await this.open(name, 'session'));
  }

  /** A further process of a framework. */
  open(name: PeerName, ...words: readonly string[]): Promise<PeerProcess> {
    return openPeer(name, this.database.url, ...words);
  }

  /** The one row of an instance. */
  async instance(instanceId: string): Promise<Readonly<Record<string, unknown>>> {
    const [row] = await this.select('workflow_instances', 'instance_id', instanceId);
    return row!;
  }

  async select(table: string, column: string, value: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const mark = this.database.kind === 'postgres' ? '$1' : '?';
    return this.rows.query(`SELECT * FROM ${table} WHERE ${column} = ${mark}`, [value]);
  }

  /** The data of each message of a channel, as often as it is in a history. */
  async received(channel: string): Promise<readonly unknown[]> {
    const rows: readonly { event_data: string }[] = await this.rows.query(
      `SELECT event_data FROM workflow_history WHERE event_type = 'ChannelMessageReceived' AND event_data LIKE '%"${channel}"%'`,
    );
    return rows.map(({ event_data: text }) => (JSON.parse(text) as { data: unknown }).data);
  }

  /** Messages of a competing channel that somebody could still get. */
  async jobsLeft(channel: string): Promise<readonly unknown[]> {
    const messages = await this.select('channel_messages', 'channel', channel);
    const claims: readonly { message_id: string }[] = await this.rows.query(
      'SELECT message_id FROM channel_message_claims',
    );
    const claimed = new Set<unknown>(claims.map(({ message_id: id }) => id));
    return messages.filter(({ message_id: id }) => !claimed.has(id));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.stop()));
    await this.rows.destroy();
    await this.database.drop();
  }
}
