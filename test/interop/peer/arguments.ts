export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options of a command: `--name value …`, `--name=value`, and flags. An option may be repeated. */
export class Arguments {
  readonly #values = new Map<string, string[]>();

  constructor(words: readonly string[]) {
    let values: string[] | undefined;
    for (const word of words) {
      const [, name, value] = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? [];
      if (name !== undefined) {
        values = this.#values.get(name) ?? [];
        this.#values.set(name, values);
        if (value !== undefined) values.push(value);
      } else if (values === undefined) throw new UsageError(`"${word}" belongs to no option.`);
      else values.push(word);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string, fallback?: string): string {
    const value = this.#values.get(name)?.at(-1) ?? fallback;
    if (value === undefined) throw new UsageError(`--${name} is missing.`);
    return value;
  }

  /** Undefined where the option is absent. */
  number(name: string): number | undefined;
  number(name: string, fallback: number): number;
  number(name: string, fallback?: number): number | undefined {
    if (!this.has(name)) return fallback;
    const value = Number(this.text(name));
    if (Number.isNaN(value)) throw new UsageError(`--${name} is no number.`);
    return value;
  }

  json(name: string, fallback?: string): unknown {
    return parsed(name, this.text(name, fallback));
  }

  /** Every value of the option, in order. */
  allJson(name: string): readonly unknown[] {
    return (this.#values.get(name) ?? []).map((text) => parsed(name, text));
  }
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--${name} is no JSON: ${text}`);
  }
}
