/** One repetition with one set of indexes, in a process of its own: prints a line of JSON. `node index-run.js '{"url":…,"without":…,"workflows":…}'` */
import { DatabaseSchema } from '@romancy/typeorm';
import { MOST_CONNECTIONS, type PeerSetup } from './peer.js';
import { romancyPeer } from './peers/romancy/romancy.js';
import { serverCpu } from './server-cpu.js';
import { connect } from './sql/connection.js';
import { many } from './workloads/throughput.js';

export interface IndexRequest {
  readonly url: string;
  /** `lean`, the index that is dropped, or none. */
  readonly without: string | null;
  readonly workflows: number;
}

export interface IndexFigures {
  readonly perSecond: number;
  /** Microseconds of the server's CPU for a workflow. */
  readonly serverCpu: number;
  /** Bytes of the write-ahead log for a workflow. */
  readonly log: number;
  /** Bytes of the indexes of instances and history for a workflow. */
  readonly indexes: number;
}

const WARM_UP = 300;
const SIZE = `SELECT pg_indexes_size('workflow_instances') + pg_indexes_size('workflow_history') AS n`;
const LOG = `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS n`;

const { url, without, workflows } = JSON.parse(process.argv[2] ?? '{}') as IndexRequest;
const schema = await DatabaseSchema.open({ database: url, ...(without === 'lean' && { indexes: 'lean' }) });
await schema.up();
await schema.close();
const rows = await connect('postgres', url);
const numberOf = async (sql: string): Promise<number> => Number((await rows.query(sql))[0]?.['n']);
if (without !== null && without !== 'lean') await rows.query(`DROP INDEX ${without}`);

const setup: PeerSetup = { peer: 'romancy', db: 'postgres', url, concurrency: 4 * MOST_CONNECTIONS };
const peer = await romancyPeer(setup);
const run = (count: number): Promise<number> => many(peer.five, count, setup.concurrency);
await run(WARM_UP);
// Whole pages, which the log holds once after each checkpoint, are not what an index costs.
await rows.query('CHECKPOINT');
await run(WARM_UP);
const before = [await serverCpu(setup), await numberOf(LOG), await numberOf(SIZE)] as const;
const perSecond = await run(workflows);
const after = [await serverCpu(setup), await numberOf(LOG), await numberOf(SIZE)] as const;
const figures: IndexFigures = {
  perSecond,
  serverCpu: (((after[0] ?? NaN) - (before[0] ?? NaN)) * 1e6) / workflows,
  log: (after[1] - before[1]) / workflows,
  indexes: (after[2] - before[2]) / workflows,
};
await rows.close();
await peer.close();
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
