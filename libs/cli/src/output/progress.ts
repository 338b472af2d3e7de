import type { Terminal } from '../terminal.js';

const EVERY_MS = 100;

/** How far long work has come: one line on the standard error, where somebody looks at it. */
export class Progress {
  #shown = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly what: string,
  ) {}

  at(done: number, total?: number): void {
    if (this.terminal.status === undefined || Date.now() - this.#shown < EVERY_MS) return;
    this.#shown = Date.now();
    this.terminal.status(`${this.what}: ${String(done)}${total === undefined ? '' : ` of ${String(total)}`}`);
  }

  end(): void {
    if (this.#shown > 0) this.terminal.status?.('');
  }
}
