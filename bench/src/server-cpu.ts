import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { PeerSetup } from './peer.js';
import { connect } from './sql/connection.js';

const TICKS_PER_SECOND = 100;

/** Seconds of CPU that the database server has used so far; null where it is not a process that can be looked at here. */
export async function serverCpu({ db, url }: PeerSetup): Promise<number | null> {
  if (db === 'sqlite' || !existsSync('/proc/self/stat')) return null;
  const connection = await connect(db, url);
  try {
    if (db === 'postgres') {
      const backend = Number((await connection.query('SELECT pg_backend_pid() AS pid'))[0]?.['pid']);
      return postgresCpu(backend);
    }
    const file = String((await connection.query('SELECT @@pid_file AS file'))[0]?.['file']);
    return existsSync(file) ? cpuOf(Number(readFileSync(file, 'utf8'))) : null;
  } finally {
    await connection.close();
  }
}

/** The server's first process with those it has started; what has ended is in the first one's account. */
function postgresCpu(backend: number): number | null {
  const first = statOf(backend)?.parent;
  if (first === undefined) return null;
  let sum = cpuOf(first) ?? 0;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat?.parent === first) sum += stat.own;
  }
  return sum;
}

/** Seconds of CPU that a process has used, with those of its children that have ended. */
export function cpuOf(pid: number): number | null {
  const stat = statOf(pid);
  return stat ? stat.own + stat.children : null;
}

function statOf(pid: number): { parent: number; own: number; children: number } | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name, in brackets, may hold spaces: what is counted begins behind it with the state.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const seconds = (field: number): number => Number(fields[field]) / TICKS_PER_SECOND;
    return { parent: Number(fields[1]), own: seconds(11) + seconds(12), children: seconds(13) + seconds(14) };
  } catch {
    return undefined;
  }
}
