import { randomUUID } from 'node:crypto';
import type { CommitEntry, EntryConflictError } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, type TestDatabase } from './support/databases.js';
import { emptyEntry, historyRow, newInstance, startEntry, startHeld, write } from './support/entries.js';

describe.each(DATABASES)('errors of %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database);
    await startHeld(storage);
  }, 120_000);

  afterAll(async () => {
    await storage.close();
    await database.drop();
  });

  const conflictOf = async (...entries: readonly CommitEntry[]): Promise<unknown> =>
    write(storage, entries).then(
      () => 'written',
      (error: unknown) => (error as EntryConflictError).conflict,
    );

  it('a missing definition is told from a missing predecessor', async () => {
    expect(await conflictOf(startEntry(newInstance({ workflowName: 'unheard-of' })))).toBe('definition');
    const orphan = startEntry(newInstance({ continuedFrom: 'nobody' }));
    // SQLite does not say which foreign key failed.
    expect(await conflictOf(orphan)).toBe(name.startsWith('sqlite') ? 'definition' : 'value');
  });

  it('a step that is there already is a unique conflict', async () => {
    const held = await startHeld(storage);
    const entry = emptyEntry(held, { history: [historyRow('a:1')] });
    await write(storage, [entry]);
    expect(await conflictOf(entry)).toBe('unique');
  });

  it('a status that the schema does not know is a value', async () => {
    const held = await startHeld(storage);
    expect(await conflictOf(emptyEntry(held, { status: 'pending' as 'running' }))).toBe('value');
  });

  it('a group whose last entry fails leaves nothing of the others', async () => {
    const [first, second] = [await startHeld(storage), await startHeld(storage)];
    const row = historyRow('a:1');
    await write(storage, [emptyEntry(second, { history: [row] })]);
    const create = newInstance();
    expect(
      await conflictOf(
        startEntry(create),
        emptyEntry(first, { history: [row], status: 'waiting_for_timer', release: true }),
        emptyEntry(second, { history: [row] }),
      ),
    ).toBe('unique');
    expect(await storage.instances.get(create.instanceId)).toBeUndefined();
    expect(await storage.history.read(first.instanceId, 0, 10)).toEqual([]);
    expect(await storage.instances.get(first.instanceId)).toMatchObject({ status: 'running', lockedBy: first.token });
  });

  it('an id that differs in case is another one, or refused with the reason', async () => {
    const id = `Order-${randomUUID()}`;
    await write(storage, [startEntry(newInstance({ instanceId: id }))]);
    const lower = startEntry(newInstance({ instanceId: id.toLowerCase() }));
    const other = startEntry(newInstance());
    if (storage.dialect === 'mysql' || storage.dialect === 'mariadb') {
      await expect(write(storage, [lower])).rejects.toMatchObject({
        conflict: 'unique',
        message: expect.stringContaining('case or accents'),
      });
      expect(await conflictOf(other, lower)).toBe('unique');
      expect(await storage.instances.get(other.instanceId)).toBeUndefined();
      expect(await storage.instances.get(id.toLowerCase())).toBeUndefined();
      expect(await storage.instances.requestCancel(id.toLowerCase(), null, 1)).toEqual({ kind: 'unknown' });
    } else {
      expect(await write(storage, [lower, other])).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    }
    expect(await storage.instances.get(id)).toMatchObject({ instanceId: id, cancelRequestedAt: null });
  });

  it('a page token that nobody has handed out is refused', async () => {
    for (const pageToken of ['', 'x', '||', '2026-01-01||', 'noon||id']) {
      await expect(storage.instances.list({ pageToken })).rejects.toMatchObject({ code: 'ROMANCY_PAGE_TOKEN' });
    }
  });

  it('of a storage that is not open say so', async () => {
    const closed = await openStorage(database, { migrations: 'off' });
    await closed.close();
    expect(() => closed.commits).toThrow(expect.objectContaining({ code: 'ROMANCY_DRIVER' }));
  });
});
