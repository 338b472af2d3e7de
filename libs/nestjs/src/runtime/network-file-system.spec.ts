import { silentLogger } from '@romancy/core';
import { warnOfNetworkFile } from './network-file-system.js';

async function warnings(database: unknown, type: number | Error): Promise<readonly string[]> {
  const said: string[] = [];
  const stat = (path: string): Promise<{ type: number }> => {
    said.push(path);
    return type instanceof Error ? Promise.reject(type) : Promise.resolve({ type });
  };
  await warnOfNetworkFile(database, { ...silentLogger, warn: (message) => said.push(message) }, stat);
  return said;
}

describe('warnOfNetworkFile', () => {
  it('warns of a SQLite file that several machines could open', async () => {
    expect(await warnings('sqlite:////mnt/share/orders.db', 0x6969)).toEqual([
      '/mnt/share',
      expect.stringContaining('/mnt/share/orders.db lies on a file system of the network (NFS)'),
    ]);
    // Numbers above 2^31 arrive as negative ones on some platforms.
    expect(await warnings('/mnt/orders.db', 0xff534d42 | 0)).toHaveLength(2);
  });

  it('says nothing of a local file, or where it cannot tell', async () => {
    expect(await warnings('/var/lib/orders.db', 0xef53)).toEqual(['/var/lib']);
    expect(await warnings('/no/such/folder/orders.db', new Error('ENOENT'))).toHaveLength(1);
  });

  it.each([':memory:', 'sqlite::memory:', 'postgres://localhost/orders', { type: 'postgres' }, undefined])(
    'does not look for %j',
    async (database) => {
      expect(await warnings(database, 0x6969)).toEqual([]);
    },
  );
});
