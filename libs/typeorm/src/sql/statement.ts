/** A value that every driver can bind. Arrays are PostgreSQL's. */
export type SqlValue = string | number | boolean | null | Uint8Array | readonly SqlValue[];

export interface SqlStatement {
  /** Text with `?` placeholders, or with `$1` ones where it is written for PostgreSQL alone. */
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

export type SqlRow = Readonly<Record<string, unknown>>;

export interface SqlResult {
  readonly rows: readonly SqlRow[];
  /** Rows that were inserted, updated or deleted; on MySQL and MariaDB rows that matched. */
  readonly affected: number;
}

export function sql(text: string, params: readonly SqlValue[] = []): SqlStatement {
  return { sql: text, params };
}

/** `?, ?, ?` */
export function placeholders(count: number): string {
  return count === 0 ? '' : `${'?, '.repeat(count - 1)}?`;
}

/** Slices of at most `size` elements. */
export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
