import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A TypeScript file of this folder as a process of its own. */
export class Child {
  readonly #process: ChildProcess;
  #output = '';

  constructor(file: string, ...args: string[]) {
    const script = fileURLToPath(new URL(file, import.meta.url));
    this.#process = spawn(process.execPath, ['--import', '@swc-node/register/esm-register', script, ...args], {
      cwd: ROOT,
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  get output(): string {
    return this.#output;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Resolves at the end: with the signal of which it died, or its exit code. */
  async end(): Promise<NodeJS.Signals | number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'close');
    return this.#process.signalCode ?? this.#process.exitCode;
  }
}
