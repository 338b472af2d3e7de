import type { QueryRunner } from 'typeorm';
import { mysqlDialect } from '../dialect/mysql.dialect.js';
import { MigrationError } from '../errors/migration-error.js';
import { underMigrationLock } from './migration-lock.js';

const dialect = mysqlDialect('mariadb', 1_000_000, true);
const refusing = (code: string): QueryRunner =>
  ({
    isReleased: false,
    query: () => Promise.reject(Object.assign(new Error(code), { code })),
  }) as unknown as QueryRunner;

describe('the lock of migrations', () => {
  it('says what to do where the server refuses named locks', async () => {
    const locked = underMigrationLock(refusing('ER_NOT_SUPPORTED_YET'), dialect, async () => 'done');
    await expect(locked).rejects.toThrow(MigrationError);
    await expect(locked).rejects.toThrow(/dbmate.*migrations: 'verify'/);
  });

  it('passes other errors on', async () => {
    const locked = underMigrationLock(refusing('ECONNRESET'), dialect, async () => 'done');
    await expect(locked).rejects.not.toThrow(MigrationError);
  });
});
