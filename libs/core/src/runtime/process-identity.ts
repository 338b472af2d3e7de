import { hostname } from 'node:os';

let engines = 0;

/**
 * Unique per engine: two pods with one label, two engines in one process and a restarted process with the same pid all differ (E17). A lease
 * token adds the acquisition number, so that work of an earlier turn in the same process cannot pass as this one's (E17b).
 */
export class ProcessIdentity {
  readonly id: string;
  #acquisitions = 0;

  constructor(label: string) {
    engines += 1;
    const started = Math.round(Date.now() - process.uptime() * 1000);
    const host = hostname() === label ? '' : `${hostname().slice(0, 60)}/`;
    // What follows the first # of a token is the acquisition number.
    this.id = `${label.slice(0, 80).replaceAll('#', '_')}@${host}${String(process.pid)}-${started.toString(36)}-${String(engines)}`;
  }

  nextToken(): string {
    this.#acquisitions += 1;
    return `${this.id}#${String(this.#acquisitions)}`;
  }
}
