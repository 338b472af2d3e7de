import { Engine, Registry } from '@romancy/core';
import { MemoryStorage, VirtualClock } from '@romancy/testing';

const MANY = 2500;

describe('the retention of messages', () => {
  const clock = new VirtualClock();
  let storage: MemoryStorage;
  let engine: Engine;

  beforeEach(async () => {
    storage = new MemoryStorage({ clock });
    clock.whenIdle = () => storage.database.quiet();
    engine = new Engine({ storage, registry: new Registry(), clock, messageRetention: '1d' });
    await engine.start();
    await engine.whenIdle();
    for (const loop of engine.loops) loop.pause();
  });

  const tick = async (name: string): Promise<number | undefined> =>
    engine.loops.find((loop) => loop.name === `romancy:${name}`)?.tick();

  const publish = async (): Promise<void> => {
    for (let count = 0; count < MANY; count++) await engine.publish({ channel: 'news', data: count });
    await clock.advance('2d');
    await tick('leader');
  };

  it('goes through all that is old', async () => {
    await publish();
    expect(await tick('message-retention')).toBe(MANY);
  });

  it('ends on the way when the process stops', async () => {
    await publish();
    let stopped: Promise<void> | undefined;
    storage.faults.intercept(({ operation, side }) => {
      if (operation === 'messages.sweep' && side === 'after') stopped ??= engine.stop();
      return undefined;
    });
    expect(await tick('message-retention')).toBe(1000);
    await stopped;
  });

  afterEach(() => engine.stop());
});
