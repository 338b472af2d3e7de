import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Run, type Line } from './run.js';

/** A process of a framework that takes the commands of the family, many at once. */
export class PeerProcess {
  readonly #runs = new Map<number, Run>();
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #complaints = '';
  #tag = 0;

  private constructor(
    readonly name: string,
    [program = '', ...words]: readonly string[],
    url: string,
  ) {
    this.#child = spawn(program, words, {
      env: { ...process.env, DATABASE_URL: url, PYTHONDONTWRITEBYTECODE: '1', NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'exit');
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
  }

  /** Starts it, and resolves when it is migrated and at work. */
  static async start(name: string, command: readonly string[], url: string): Promise<PeerProcess> {
    const peer = new PeerProcess(name, command, url);
    await peer.#listen();
    return peer;
  }

  /** Runs one command beside others. */
  run(...words: readonly string[]): Run {
    const tag = (this.#tag += 1);
    const run = new Run(`${this.name} ${words.join(' ')}`, () => this.#complaints);
    this.#runs.set(tag, run);
    this.#child.stdin?.write(`${JSON.stringify({ tag, words })}\n`);
    return run;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    const last = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    await this.#ended;
    clearTimeout(last);
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      void this.#ended.then(() => {
        const gone = new Error(`${this.name} has ended:\n${this.#complaints}`);
        for (const run of this.#runs.values()) run.break(gone);
        reject(gone);
      });
      createInterface({ input: this.#child.stdout! }).on('line', (text) => {
        const line = JSON.parse(text) as Line;
        if (line.tag !== undefined) this.#runs.get(line.tag)?.take(line);
        else if (line.event === 'ready') resolve();
      });
    });
  }
}
