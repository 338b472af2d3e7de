/** What a command talks to. */
export interface Terminal {
  /** Results, on the standard output. */
  out(text: string): void;
  /** What is not a result, on the standard error. */
  note(text: string): void;
  /** Overwrites the last line of the standard error; only where that is looked at by people. */
  readonly status: ((text: string) => void) | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Everything that comes in on the standard input. */
  readInput(): Promise<string>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin } = process;
  // A reader such as `head` may leave early.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    status: stderr.isTTY ? (text) => void stderr.write(`\r\u001b[2K${text}`) : undefined,
    env: process.env,
    cwd: process.cwd(),
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
