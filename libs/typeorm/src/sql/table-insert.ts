import { chunks, sql, type SqlStatement, type SqlValue } from './statement.js';

/** INSERTs into one table, with a fixed and small set of texts. */
export class TableInsert {
  readonly #head: string;
  readonly #tuple: string;
  readonly #texts = new Map<number, string>();

  /** @param columns columns with the expression that stands for their value; every `?` in them takes one value of a row */
  constructor(
    table: string,
    columns: Readonly<Record<string, string>>,
    private readonly rowsPerStatement: number,
    private readonly suffix = '',
  ) {
    this.#head = `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) VALUES `;
    this.#tuple = `(${Object.values(columns).join(', ')})`;
  }

  of(rows: readonly (readonly SqlValue[])[]): SqlStatement[] {
    if (rows.length === 0) return [];
    const [first] = rows;
    if (rows.length === 1 && first) return [this.one(first)];
    return [...chunks(rows, this.rowsPerStatement)].map((part) =>
      sql(
        this.#text(part.length),
        part.flatMap((row) => [...row]),
      ),
    );
  }

  one(row: readonly SqlValue[]): SqlStatement {
    return sql(this.#text(1), row);
  }

  #text(rows: number): string {
    let text = this.#texts.get(rows);
    if (text === undefined) {
      text = this.#head + Array.from({ length: rows }, () => this.#tuple).join(', ') + this.suffix;
      this.#texts.set(rows, text);
    }
    return text;
  }
}
