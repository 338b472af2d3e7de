import { parseArgs } from 'node:util';
import { PEERS } from './peers/open.js';
import { FULL, SMOKE, type Sizes } from './sizes.js';
import { WORKLOADS } from './workloads/index.js';

export interface BenchArguments {
  readonly workloads: readonly string[];
  readonly databases: readonly string[];
  readonly peers: readonly string[];
  readonly repetitions: number;
  readonly sizes: Sizes;
  /** Callers at once, of every peer, where many matter; undefined for what suits each best. */
  readonly concurrency: number | undefined;
  readonly json: string | undefined;
  /** Nothing was chosen: everything that makes sense, and the results into the documentation. */
  readonly everything: boolean;
  readonly smoke: boolean;
}

export const DATABASES: readonly string[] = ['postgres', 'sqlite', 'mysql', 'mariadb'];
/** Takes as long as all others, and is no comparison: only when it is asked for, and in the smoke. */
const APART = 'growth';
const ALL_WORKLOADS: readonly string[] = [...Object.keys(WORKLOADS), 'install'];
const SIZES = Object.keys(FULL) as (keyof Sizes)[];

const USAGE = `usage: npm run bench -- [--workload ${ALL_WORKLOADS.join(',')}] [--db ${DATABASES.join(',')}]
                      [--peers ${PEERS.join(',')}]
                      [--repetitions 3] [--concurrency COUNT] [--json FILE] [--smoke] [--size NAME=COUNT]...
sizes: ${SIZES.map((name) => `${name}=${String(FULL[name])}`).join(' ')}`;

export function readArguments(): BenchArguments {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      workload: text,
      db: text,
      peers: text,
      repetitions: text,
      json: text,
      concurrency: text,
      size: { type: 'string', multiple: true, default: [] },
      smoke: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const { workload, db, peers, repetitions, json, smoke } = values;
  return {
    workloads:
      workload === undefined && !smoke ? ALL_WORKLOADS.filter((name) => name !== APART) : list(workload, ALL_WORKLOADS),
    databases: list(db, DATABASES),
    peers: list(peers ?? (smoke ? 'raw,raw-batch,romancy' : undefined), PEERS),
    repetitions: repetitions === undefined ? (smoke ? 1 : 3) : count(repetitions),
    sizes: sizes(smoke ? SMOKE : FULL, values.size),
    concurrency: values.concurrency === undefined ? undefined : count(values.concurrency),
    json,
    everything: !smoke && workload === undefined && db === undefined && peers === undefined,
    smoke,
  };
}

function list(text: string | undefined, known: readonly string[]): readonly string[] {
  if (text === undefined) return known;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) fail(`unknown: ${unknown.join(', ')} (known are ${known.join(', ')})`);
  return names;
}

function sizes(base: Sizes, changes: readonly string[]): Sizes {
  const changed = changes.map((change) => {
    const [name = '', value = ''] = change.split('=');
    if (!(name in base)) fail(`"${name}" is no size`);
    return [name, count(value)] as const;
  });
  return { ...base, ...Object.fromEntries(changed) };
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) fail(`"${text}" is not a count`);
  return value;
}

function fail(problem: string): never {
  process.stderr.write(`${problem}\n${USAGE}\n`);
  process.exit(2);
}
