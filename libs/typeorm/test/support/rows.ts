import type { TypeOrmStorage } from '@romancy/typeorm';

export type Row = Readonly<Record<string, unknown>>;

/** Sends SQL with `?` placeholders over the application's DataSource. */
export async function query(storage: TypeOrmStorage, text: string, params: readonly unknown[] = []): Promise<Row[]> {
  let index = 0;
  const placed = storage.dialect === 'postgres' ? text.replace(/\?/g, () => `$${++index}`) : text;
  return storage.dataSource.query<Row[]>(placed, [...params]);
}

/** Inserts a row as SQL that names these columns alone would: what a sibling writes. */
export async function insertRow(storage: TypeOrmStorage, table: string, row: Row): Promise<void> {
  const names = Object.keys(row);
  await query(
    storage,
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    Object.values(row),
  );
}

/** The rows of a table that belong to an instance, without ids and times. */
export async function rowsOf(
  storage: TypeOrmStorage,
  table: string,
  columns: string,
  instanceId: string,
): Promise<Row[]> {
  const rows = await query(storage, `SELECT ${columns} FROM ${table} WHERE instance_id = ?`, [instanceId]);
  return rows.map(plain);
}

/** Numbers as numbers: drivers answer 64-bit columns as text. */
export function plain(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' &&
      /^(?:romancy_(?:cursor|since|published_at)|after_id|since|cursor_message_id|last_delivered_id|id)$/.test(name)
        ? Number(value)
        : value,
    ]),
  );
}
