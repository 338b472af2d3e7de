import type { DataSource, QueryRunner } from 'typeorm';

/** Written in the SQL that all four databases read; an application of your own would use the migrations of TypeORM. */
const TABLES: Readonly<Record<string, string>> = {
  stock: `
    sku VARCHAR(100) PRIMARY KEY,
    available INTEGER NOT NULL`,
  reservations: `
    id VARCHAR(36) PRIMARY KEY,
    order_id VARCHAR(200) NOT NULL,
    sku VARCHAR(100) NOT NULL,
    quantity INTEGER NOT NULL,
    released_at VARCHAR(24)`,
  gateway_calls: `
    id VARCHAR(36) PRIMARY KEY,
    idempotency_key VARCHAR(300) NOT NULL,
    request VARCHAR(10) NOT NULL,
    answer VARCHAR(20) NOT NULL,
    called_at VARCHAR(24) NOT NULL`,
  gateway_charges: `
    idempotency_key VARCHAR(300) PRIMARY KEY,
    id VARCHAR(36) NOT NULL,
    amount DOUBLE PRECISION NOT NULL,
    charged_at VARCHAR(24) NOT NULL,
    refunded_at VARCHAR(24)`,
  shipments: `
    id VARCHAR(36) PRIMARY KEY,
    order_id VARCHAR(200) NOT NULL,
    sku VARCHAR(100) NOT NULL,
    quantity INTEGER NOT NULL,
    shipped_at VARCHAR(24) NOT NULL`,
  dispatches: `
    id VARCHAR(36) PRIMARY KEY,
    shipment_id VARCHAR(36) NOT NULL,
    order_id VARCHAR(200) NOT NULL,
    sku VARCHAR(100) NOT NULL,
    quantity INTEGER NOT NULL,
    worker VARCHAR(100) NOT NULL,
    dispatched_at VARCHAR(24) NOT NULL`,
  confirmations: `
    id VARCHAR(36) PRIMARY KEY,
    order_id VARCHAR(200) NOT NULL,
    email VARCHAR(254) NOT NULL,
    confirmed_at VARCHAR(24) NOT NULL`,
};

/** What is in the warehouse when the shop opens for the first time. */
const STOCK: Readonly<Record<string, number>> = { widget: 100_000, gadget: 50, rare: 3 };

/** Any number, the same in every process of this application. */
const ADVISORY_LOCK = 7_267_292;

/** Creates the tables that are missing and fills the stock; several processes may do so at the same time. */
export async function createTables(dataSource: DataSource): Promise<void> {
  const { type } = dataSource.options;
  const isMysql = type === 'mysql' || type === 'mariadb';
  const runner = dataSource.createQueryRunner();
  try {
    // PostgreSQL alone can fail when two sessions run CREATE TABLE IF NOT EXISTS at once.
    if (type === 'postgres') await runner.query(`SELECT pg_advisory_lock(${ADVISORY_LOCK})`);
    try {
      // MySQL compares text without case and accents unless told otherwise.
      await createAll(runner, isMysql ? 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : '');
    } finally {
      if (type === 'postgres') await runner.query(`SELECT pg_advisory_unlock(${ADVISORY_LOCK})`);
    }
  } finally {
    await runner.release();
  }
}

async function createAll(runner: QueryRunner, suffix: string): Promise<void> {
  for (const [name, columns] of Object.entries(TABLES)) {
    await runner.query(`CREATE TABLE IF NOT EXISTS ${name} (${columns}) ${suffix}`);
  }
  const rows = Object.entries(STOCK).map(([sku, available]) => ({ sku, available }));
  await runner.manager.createQueryBuilder().insert().into('stock').values(rows).orIgnore().execute();
}
