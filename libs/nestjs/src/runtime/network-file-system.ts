import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Logger } from '@romancy/core';
import { parseDatabaseUrl } from '@romancy/typeorm';

/** `f_type` of Linux for file systems on which SQLite's locks and shared memory do not work between machines. */
const NETWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);

type StatFs = (path: string) => Promise<{ readonly type: number }>;

/** Warns where a SQLite file lies on a file system of the network. Where that cannot be told, nothing is said. */
export async function warnOfNetworkFile(database: unknown, logger: Logger, stat: StatFs = statfs): Promise<void> {
  const file = fileOf(database);
  if (file === undefined) return;
  const status = await stat(dirname(resolve(file))).catch(() => undefined);
  const fileSystem = status && NETWORK_TYPES.get(status.type >>> 0);
  if (fileSystem === undefined) return;
  logger.warn(
    `The SQLite file ${file} lies on a file system of the network (${fileSystem}), where SQLite does not guard it against other ` +
      `machines: only one of them may use it at a time. Use a local file, or PostgreSQL or MySQL for several machines.`,
  );
}

function fileOf(database: unknown): string | undefined {
  if (typeof database !== 'string') return undefined;
  const target = parseDatabaseUrl(database);
  return target.kind === 'sqlite' && target.file !== ':memory:' ? target.file : undefined;
}
