import { run, type ExitCode, type Terminal } from '@romancy/cli';

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  /** The output as JSON. */
  readonly json: () => never;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Hears of lines that are overwritten. */
  readonly status?: (text: string) => void;
}

/** Runs a command line as the program does, with a terminal that remembers. */
export async function romancy(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    out: (text) => out.push(text),
    note: (text) => err.push(text),
    status: surroundings.status,
    env: surroundings.env ?? {},
    cwd: surroundings.cwd ?? process.cwd(),
    readInput: async () => surroundings.input ?? '',
  };
  const code = await run(args, terminal);
  const text = out.join('\n');
  return { code, out: text, err: err.join('\n'), json: () => JSON.parse(text) as never };
}
