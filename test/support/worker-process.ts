import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';
import type { WorkerCommand, WorkerEvent, WorkerSettings } from './worker-messages.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPT = fileURLToPath(new URL('worker.ts', import.meta.url));

type Told = WorkerEvent & { readonly at: number };

/** A worker in a process of its own. */
export class WorkerProcess {
  readonly told: Told[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #errors = '';

  private constructor(settings: WorkerSettings) {
    this.#child = spawn(
      process.execPath,
      ['--import', '@swc-node/register/esm-register', SCRIPT, JSON.stringify(settings)],
      { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    );
    this.#child.on('message', (event: WorkerEvent) => this.told.push({ ...event, at: Date.now() }));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#exit = once(this.#child, 'exit');
  }

  static async start(settings: WorkerSettings): Promise<WorkerProcess> {
    const worker = new WorkerProcess(settings);
    await worker.event('it is ready', (event) => event.kind === 'ready');
    return worker;
  }

  send(command: WorkerCommand): void {
    this.#child.send(command);
  }

  /** The first event of this kind, within some time. */
  event(what: string, matches: (event: Told) => boolean, within = 60_000): Promise<Told> {
    const look = async (): Promise<Told | undefined> => {
      const found = this.told.find(matches);
      if (found === undefined && this.#child.exitCode !== null) throw new Error(`It has ended: ${this.#errors}`);
      return found;
    };
    return eventually(what, look, { within, every: 10 });
  }

  holding(id: string, within?: number): Promise<Told> {
    return this.event(`it works on ${id}`, (event) => event.kind === 'holding' && event.id === id, within);
  }

  async isReady(): Promise<boolean> {
    const before = this.told.length;
    this.send({ kind: 'readiness' });
    const answer = await this.event(
      'it tells whether it is ready',
      (event) => event.kind === 'readiness' && this.told.indexOf(event) >= before,
      10_000,
    );
    return answer.kind === 'readiness' && answer.ready;
  }

  get ended(): Promise<unknown> {
    return this.#exit;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As a power cut. */
  async kill(): Promise<void> {
    this.signal('SIGCONT');
    this.signal('SIGKILL');
    await this.#exit;
  }
}
