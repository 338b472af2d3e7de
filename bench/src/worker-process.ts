import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NotApplicableError } from './not-applicable.error.js';
import type { Peer, PeerSetup } from './peer.js';
import type { WorkerAnswer, WorkerMethod } from './worker.js';

const SCRIPT = fileURLToPath(new URL('worker.js', import.meta.url));

type Calls = Omit<Required<Peer>, 'unsuitable'> & {
  memory: () => Promise<{ now: number; peak: number }>;
  manyFives: (count: number) => Promise<void>;
};
type Waiting = Map<number, { resolve: (value: unknown) => void; reject: (reason: unknown) => void }>;
type Arguments<K extends WorkerMethod> = Parameters<Calls[K]>;

/** A peer in a process of its own, called through messages. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #waiting: Waiting = new Map();
  #calls = 0;

  private constructor(setup: PeerSetup) {
    this.#child = fork(SCRIPT, [JSON.stringify(setup)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (answer: WorkerAnswer) => {
      const call = this.#waiting.get(answer.call);
      this.#waiting.delete(answer.call);
      if (answer.error === undefined) call?.resolve(answer.value);
      else call?.reject(answer.lacking === true ? new NotApplicableError(answer.error) : new Error(answer.error));
    });
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The process has ended.'));
      this.#waiting.clear();
    });
  }

  /** Resolves when its peer is open. */
  static async start(setup: PeerSetup): Promise<WorkerProcess> {
    const worker = new WorkerProcess(setup);
    await worker.call('memory');
    return worker;
  }

  call<K extends WorkerMethod>(method: K, ...args: Arguments<K>): Promise<Awaited<ReturnType<Calls[K]>>> {
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send({ call, method, args });
    });
  }

  async stop(): Promise<void> {
    await this.call('close');
    await this.kill();
  }

  /** As a power cut. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}
