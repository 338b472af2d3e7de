import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, openStorage, type DatabaseName, type TestDatabase } from './databases.js';
import { insertSibling, insertSiblingMessage, type SiblingMessage, type SiblingOptions } from './siblings.js';

/** A database for the tests of a suite, and on it a channel of its own for each of them. */
export class ChannelScene {
  /** Fresh for each test. */
  channel = '';
  #database: TestDatabase | undefined;
  #storage: TypeOrmStorage | undefined;

  /** To be called inside `describe`. */
  constructor(name: DatabaseName) {
    beforeAll(async () => {
      this.#database = await createDatabase(name);
      this.#storage = await openStorage(this.#database);
    }, 120_000);
    beforeEach(() => {
      this.channel = `channel-${randomUUID()}`;
    });
    afterAll(async () => {
      await this.#storage?.close();
      await this.#database?.drop();
    });
  }

  get database(): TestDatabase {
    if (this.#database === undefined) throw new Error('There is no database yet.');
    return this.#database;
  }

  get storage(): TypeOrmStorage {
    if (this.#storage === undefined) throw new Error('No storage is open.');
    return this.#storage;
  }

  /** An instance of a sibling that waits on the channel; answers its id. */
  sibling(options: Partial<SiblingOptions> = {}): Promise<string> {
    return insertSibling(this.storage, { framework: 'python', channel: this.channel, ...options });
  }

  /** A message on the channel as a sibling publishes it. */
  message(parts: SiblingMessage = {}): Promise<{ readonly id: number; readonly messageId: string }> {
    return insertSiblingMessage(this.storage, this.channel, parts);
  }
}
