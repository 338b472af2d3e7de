import { EntitySchema, EntitySchemaOptions, type EntitySchemaColumnOptions } from 'typeorm';

/** A table that is only read and written, never synchronized. Columns have the names of the table. */
export function defineEntity<T extends object>(
  name: string,
  tableName: string,
  columns: { readonly [column in keyof T]?: EntitySchemaColumnOptions },
): EntitySchema<T> {
  return new EntitySchema(
    Object.assign(new EntitySchemaOptions<T>(), { name, tableName, synchronize: false, columns }),
  );
}
