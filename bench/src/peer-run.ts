import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DatabaseKind } from './database-kind.js';
import { freshDatabase } from './databases.js';
import type { PeerSetup } from './peer.js';
import { FOREIGN_PEERS } from './peers/open.js';
import type { RunReport } from './run.js';
import type { Sizes } from './sizes.js';

const execute = promisify(execFile);
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const RUN = at('./run.js');
/** Peers that need a newer Node than the one that the project supports from. */
const NEWER_NODE: readonly string[] = ['pg-boss', 'graphile-worker', 'restate'];
const RUNNING_NODE = Number.parseInt(process.versions.node, 10);
const NODE_22 = at('../node_modules/node/bin/node');
const PYTHON = at('../.venv/bin/python');

/** Callers at once where many matter; each peer gets what suits it best, found by trying. */
const CONCURRENCY: Readonly<Record<string, number>> = {
  'raw-batch': 100,
  romancy: 200,
  restate: 200,
  'pg-boss': 400,
  edda: 10,
};
const DEFAULT_CONCURRENCY = 50;
const SINGLE: readonly string[] = ['B', 'C', 'E', 'recur', 'idle'];

/** One repetition, in a process of its own against a database of its own. */
export class PeerRun {
  readonly setup: Omit<PeerSetup, 'url'>;

  constructor(
    readonly workload: string,
    readonly part: string,
    peer: string,
    db: DatabaseKind,
    concurrency?: number,
  ) {
    const most = peer === 'romancy' && db === 'sqlite' ? 100 : (CONCURRENCY[peer] ?? DEFAULT_CONCURRENCY);
    this.setup = { peer, db, concurrency: SINGLE.includes(workload) ? 1 : (concurrency ?? most) };
  }

  async report(sizes: Sizes): Promise<RunReport> {
    const { peer, db } = this.setup;
    if (isForeign(peer) && db !== 'postgres') return { samples: [], skipped: 'it is measured on PostgreSQL' };
    const program = programOf(peer);
    if (!existsSync(program[0] ?? '')) return { samples: [], skipped: 'not installed: npm run --prefix bench peers' };
    const database = await freshDatabase(db);
    try {
      const request = { setup: { ...this.setup, url: database.url }, workload: this.workload, part: this.part, sizes };
      const [file = '', ...args] = program;
      const { stdout } = await execute(file, [...args, JSON.stringify(request)], {
        maxBuffer: 1 << 24,
        timeout: 900_000,
      });
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RunReport;
    } finally {
      await database.drop();
    }
  }
}

function isForeign(peer: string): boolean {
  return (FOREIGN_PEERS as readonly string[]).includes(peer);
}

function programOf(peer: string): readonly string[] {
  if (peer === 'edda') return [PYTHON, at('../peers/edda_peer.py')];
  if (NEWER_NODE.includes(peer) && RUNNING_NODE < 22) return [NODE_22, RUN];
  return isForeign(peer) && !existsSync(at('../node_modules')) ? [''] : [process.execPath, RUN];
}
