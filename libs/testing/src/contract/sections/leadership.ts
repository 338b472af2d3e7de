import { expect, it } from '@jest/globals';
import { LEASE, type Scene } from '../scene.js';

export function leadership(scene: Scene): void {
  const { acquire, release } = {
    acquire: (lock: string, holder: string, dead: readonly string[] = []) =>
      scene.storage.leadership.acquire(lock, holder, LEASE, dead),
    release: (lock: string, holder: string) => scene.storage.leadership.release(lock, holder),
  };

  it('is one process at a time, for as long as it renews', async () => {
    const lock = scene.unique('lock');
    expect(await acquire(lock, 'a')).toBe(true);
    expect(await acquire(lock, 'b')).toBe(false);
    await scene.subject.elapse(LEASE - 5000);
    expect(await acquire(lock, 'a')).toBe(true);
    await scene.subject.elapse(LEASE - 5000);
    expect(await acquire(lock, 'b')).toBe(false);
    await scene.subject.elapse(10_000);
    expect(await acquire(lock, 'b')).toBe(true);
    expect(await acquire(lock, 'a')).toBe(false);
  });

  it('passes on at once when it is given back, by nobody but the leader', async () => {
    const lock = scene.unique('lock');
    await release(lock, 'a');
    expect(await acquire(lock, 'a')).toBe(true);
    await release(lock, 'b');
    expect(await acquire(lock, 'b')).toBe(false);
    await release(lock, 'a');
    expect(await acquire(lock, 'b')).toBe(true);
  });

  it('passes on at once when the leader is dead', async () => {
    const lock = scene.unique('lock');
    expect(await acquire(lock, 'a')).toBe(true);
    expect(await acquire(lock, 'b', ['c', 'd'])).toBe(false);
    expect(await acquire(lock, 'b', ['c', 'a'])).toBe(true);
  });

  it('is given to one of many that ask at once', async () => {
    await scene.withSecondProcess(async (second) => {
      const lock = scene.unique('lock');
      const asked = ['a', 'b', 'c', 'd', 'e', 'f'].map((holder, index) =>
        (index % 2 === 0 ? scene.storage : second).leadership.acquire(lock, holder, LEASE, []),
      );
      expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
    });
  });
}
