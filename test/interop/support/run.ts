/** A line that a peer prints. */
export interface Line {
  readonly event: string;
  readonly tag?: number;
  readonly [field: string]: unknown;
}

export interface Result {
  readonly status: string;
  readonly output: unknown;
  readonly error?: string;
}

const LIMIT_MS = 180_000;

/** One command of a peer, by what it has printed so far. */
export class Run {
  readonly #lines: Line[] = [];
  readonly #listeners = new Set<() => void>();
  #failure: Error | undefined;

  constructor(
    private readonly title: string,
    private readonly complaints: () => string,
  ) {}

  take(line: Line): void {
    this.#lines.push(line);
    if (line.event === 'broken') this.#failure = new Error(`${this.title}: ${String(line['error'])}`);
    for (const listener of this.#listeners) listener();
  }

  break(failure: Error): void {
    this.#failure ??= failure;
    for (const listener of this.#listeners) listener();
  }

  /** The line of this event, as soon as it is there. */
  async line(event: string): Promise<Line> {
    let look = (): void => undefined;
    let limit: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Line>((resolve, reject) => {
        look = () => {
          const found = this.#lines.find((line) => line.event === event);
          if (found) resolve(found);
          else if (this.#failure) reject(this.#failure);
          else if (this.#lines.some((line) => line.event === 'done')) reject(this.#missing(event));
        };
        limit = setTimeout(() => reject(this.#missing(event)), LIMIT_MS);
        this.#listeners.add(look);
        look();
      });
    } finally {
      this.#listeners.delete(look);
      clearTimeout(limit);
    }
  }

  /** Id of the instance, once it waits in the database. */
  async waiting(): Promise<string> {
    return (await this.line('waiting'))['instance_id'] as string;
  }

  async result(): Promise<Result> {
    return (await this.line('result')) as unknown as Result;
  }

  /** What a completed instance answers. */
  async output<Output = unknown>(): Promise<Output> {
    const { status, output, error } = await this.result();
    if (status !== 'completed') throw new Error(`${this.title}: ${status} ${error ?? ''}\n${this.complaints()}`);
    return output as Output;
  }

  #missing(event: string): Error {
    return new Error(`${this.title}: no line "${event}", but ${JSON.stringify(this.#lines)}\n${this.complaints()}`);
  }
}
