import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { WorkerSight } from '@romancy/core';

/**
 * Asks the operating system whether a process lives. A process is named by its machine (host, boot and space of process numbers, because two
 * containers may share a host's name), its number, and the time of its start, because numbers are used again.
 */
export class ProcessProbe {
  readonly #machine = [hostname(), firstLine('/proc/sys/kernel/random/boot_id'), link('/proc/self/ns/pid')].join(' ');

  /** Name of this process. */
  get own(): string {
    return [process.pid, startOf(process.pid) ?? '', this.#machine].join('/');
  }

  stateOf(key: string): Extract<WorkerSight['state'], 'alive' | 'dead' | 'unknown'> {
    const [pid = '', started = '', ...machine] = key.split('/');
    if (machine.join('/') !== this.#machine || !/^\d+$/.test(pid)) return 'unknown';
    if (!exists(Number(pid))) return 'dead';
    const now = startOf(Number(pid));
    return started === '' || now === undefined || now === started ? 'alive' : 'dead';
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: somebody else's process.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Linux: the start in ticks since the boot, and nothing of a process that is dead and only waits for its parent. */
function startOf(pid: number): string | undefined {
  const stat = firstLine(`/proc/${pid}/stat`);
  // The name of the program stands in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return 'dead';
  return fields[19];
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').split('\n')[0] ?? '';
  } catch {
    return '';
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
