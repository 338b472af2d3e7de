import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly workloads: readonly string[];
  readonly databases: readonly string[];
  readonly peers: readonly string[];
  readonly repetitions: number;
  /** Workflows of workload A, and rounds of workload B. */
  readonly workflows: number;
  readonly rounds: number;
  readonly json: string | undefined;
}

const USAGE = `usage: npm run bench -- [--workload A,B] [--db postgres,sqlite,mysql,mariadb] [--peers raw,romancy] [--repetitions 3]
                      [--workflows 2000] [--rounds 300] [--json FILE]`;

export function readArguments(): BenchArguments {
  const { values } = parseArgs({
    options: {
      workload: { type: 'string', default: 'A,B' },
      db: { type: 'string', default: 'postgres,sqlite' },
      peers: { type: 'string', default: 'raw,romancy' },
      repetitions: { type: 'string', default: '3' },
      workflows: { type: 'string', default: '2000' },
      rounds: { type: 'string', default: '300' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  return {
    workloads: list(values.workload, ['A', 'B']),
    databases: list(values.db, ['postgres', 'sqlite', 'mysql', 'mariadb']),
    peers: list(values.peers, ['raw', 'romancy']),
    repetitions: count(values.repetitions),
    workflows: count(values.workflows),
    rounds: count(values.rounds),
    json: values.json,
  };
}

function list(text: string, known: readonly string[]): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) fail(`unknown: ${unknown.join(', ')} (known are ${known.join(', ')})`);
  return names;
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
