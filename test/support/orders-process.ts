import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from '../../src/orders/order.js';
import type { OrderView } from '../../src/orders/order.view.js';
import { eventually } from './eventually.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CRASH_POINT = new URL('crash-point.mjs', import.meta.url).href;
/** `npm start` builds first where that is needed. */
const START_LIMIT_MS = 180_000;

export interface CrashPoint {
  /** Commits count from the first write that mentions this order. */
  readonly order: string;
  /** The process dies in place of this commit. */
  readonly commit: number;
}

export interface ProcessOptions {
  readonly database: string;
  /** Default that of the example. */
  readonly lease?: string;
  readonly crash?: CrashPoint;
  /** Default that of the example: two. */
  readonly shippingWorkers?: number;
}

/** The example application as `npm start` runs it, in a process of its own. */
export class OrdersProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #output = '';
  #url = '';

  private constructor({ database, lease, crash, shippingWorkers }: ProcessOptions) {
    this.#child = spawn(process.execPath, [...(crash ? ['--import', CRASH_POINT] : []), 'scripts/start.mjs'], {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: '0',
        DATABASE_URL: database,
        ...(lease === undefined ? {} : { ROMANCY_LEASE: lease }),
        ...(shippingWorkers === undefined ? {} : { SHIPPING_WORKERS: String(shippingWorkers) }),
        ...(crash ? { CRASH_POINT: JSON.stringify(crash) } : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.#exit = once(this.#child, 'exit');
  }

  /** Resolves when the application listens. */
  static async start(options: ProcessOptions): Promise<OrdersProcess> {
    const started = new OrdersProcess(options);
    const listening = async (): Promise<string | undefined> => {
      if (started.#child.exitCode !== null || started.#child.signalCode !== null)
        throw new Error(`The application ended:\n${started.#output}`);
      return /Listening on (http:\S+)/.exec(started.#output)?.[1];
    };
    try {
      started.#url = await eventually('the application listens', listening, { within: START_LIMIT_MS });
    } catch (error) {
      await started.kill();
      throw new Error(`The application does not listen:\n${started.#output}`, { cause: error });
    }
    return started;
  }

  /** Address without a slash at its end. */
  get url(): string {
    return this.#url;
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Rejects when the process dies before it has answered. */
  async post(order: Order, signal?: AbortSignal): Promise<Response> {
    return this.#send('/orders', 'application/json', order, signal);
  }

  /** Delivers a CloudEvent in structured mode. */
  async deliver(event: { readonly id: string; readonly type: string; readonly data: unknown }, signal?: AbortSignal) {
    const whole = { specversion: '1.0', source: '/back-office', ...event };
    return this.#send('/events', 'application/cloudevents+json', whole, signal);
  }

  async ready(): Promise<boolean> {
    return (await fetch(`${this.#url}/health/ready`)).ok;
  }

  /** Undefined for an order that is not known. */
  async view(orderId: string): Promise<OrderView | undefined> {
    const answer = await fetch(`${this.#url}/orders/${encodeURIComponent(orderId)}`);
    return answer.status === 404 ? undefined : ((await answer.json()) as OrderView);
  }

  /** Signal of which the process died; null when it ended by itself. */
  async death(): Promise<NodeJS.Signals | null> {
    await this.#exit;
    return this.#child.signalCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** As a deployment does. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exit;
  }

  #send(path: string, type: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    const request = { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) };
    return fetch(`${this.#url}${path}`, { ...request, signal: signal ?? null });
  }
}
