import { setTimeout as sleep } from 'node:timers/promises';
import { GaleraCluster } from '../support/galera-cluster.js';
import { OwnServer } from '../support/own-server.js';
import type { Random } from '../support/random.js';
import { freshDatabase, type TestDatabase } from '../support/test-databases.js';
import type { TroubledKind } from './options.js';

/** A database of our own, and what may happen to it. */
export class TroubledDatabase {
  /** What has happened how often. */
  readonly troubles = { restarts: 0, cuts: 0, locks: 0 };

  private constructor(
    readonly database: TestDatabase,
    private readonly server: OwnServer | GaleraCluster | undefined,
  ) {}

  /** A server of our own, because it is restarted. */
  static async on(kind: TroubledKind): Promise<TroubledDatabase> {
    if (kind === 'galera') {
      const cluster = await GaleraCluster.start();
      return new TroubledDatabase(await freshDatabase('mariadb', cluster.urls[0]), cluster);
    }
    const server = kind === 'sqlite' ? undefined : await OwnServer.start(kind);
    return new TroubledDatabase(await freshDatabase(kind, server?.url), server);
  }

  /** Where the database is found: in a cluster at each node. */
  get addresses(): readonly string[] {
    if (!(this.server instanceof GaleraCluster)) return [this.database.url];
    const { pathname } = new URL(this.database.url);
    return this.server.urls.map((url) => Object.assign(new URL(url), { pathname }).href);
  }

  async trouble(random: Random): Promise<void> {
    if (this.server instanceof GaleraCluster)
      await this.#killNode(this.server, random.int(1, this.server.urls.length), random.int(0, 1_500));
    else if (this.server !== undefined && random.chance(0.5)) await this.#restart(this.server, random.int(0, 1_500));
    else if (this.database.kind === 'sqlite') await this.#lock(random.int(500, 3_000));
    else await this.#cutAll();
  }

  async close(): Promise<void> {
    await this.database.drop();
    await this.server?.remove();
  }

  async #restart(server: OwnServer, downFor: number): Promise<void> {
    this.troubles.restarts += 1;
    await server.stop();
    await sleep(downFor);
    await server.start();
  }

  /** One at a time: two of three that are left are a majority, one is not. */
  async #killNode(cluster: GaleraCluster, node: number, downFor: number): Promise<void> {
    this.troubles.restarts += 1;
    await cluster.kill(node);
    await sleep(downFor);
    await cluster.complete();
  }

  async #cutAll(): Promise<void> {
    this.troubles.cuts += 1;
    const name = new URL(this.database.url).pathname.slice(1);
    const connection = await this.database.connect();
    try {
      if (this.database.kind === 'postgres') {
        await connection.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`,
        );
        return;
      }
      const others = `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = '${name}' AND ID <> CONNECTION_ID()`;
      for (const { id } of await connection.query<{ id: unknown }[]>(others)) {
        // It may have ended by itself meanwhile.
        await connection.query(`KILL ${String(id)}`).catch(() => undefined);
      }
    } finally {
      await connection.destroy();
    }
  }

  /** A stranger writes to the file, and takes its time. */
  async #lock(milliseconds: number): Promise<void> {
    const connection = await this.database.connect();
    try {
      await connection.query('BEGIN IMMEDIATE');
      this.troubles.locks += 1;
      await sleep(milliseconds);
      await connection.query('ROLLBACK');
    } finally {
      await connection.destroy();
    }
  }
}
