import { TypeOrmStorage } from '@romancy/typeorm';

/** A process of its own that opens a storage, tells, and closes it. Arguments: URL, and the driver for SQLite. */
const [database = '', driver] = process.argv.slice(2);
const storage = new TypeOrmStorage({ database, ...(driver === 'sqlite3' && { driver }) });
await storage.open();
process.stdout.write('open\n');
await storage.close();
