import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { RomancyModule, WorkflowLoops } from '@romancy/nestjs';
import { boot, bootOn } from '../boot.js';
import type { FakeLoop } from '../fake-engine.js';

const NAMES = ['romancy:timers', 'romancy:leases'];

describe('the scheduled work', () => {
  it('is a provider', async () => {
    const { app } = await boot({});
    const loops = app.get(WorkflowLoops);
    expect(loops.list().map(({ name }) => name)).toEqual(NAMES);
    await expect(loops.get('romancy:timers')?.tick()).resolves.toBe(3);
    expect(loops.get('no such loop')).toBeUndefined();
    await app.close();
  });

  it('is listed in the SchedulerRegistry, where it can be looked at and stopped', async () => {
    const { app, engine } = await boot({ imports: [ScheduleModule.forRoot()] });
    const registry = app.get(SchedulerRegistry);
    const [timers, leases] = engine.loops as FakeLoop[];
    expect(registry.getIntervals()).toEqual(NAMES);
    registry.getInterval<FakeLoop>('romancy:timers').pause();
    expect([timers?.paused, leases?.paused]).toEqual([true, false]);
    registry.deleteInterval('romancy:leases');
    expect(leases?.paused).toBe(true);
    expect(registry.getIntervals()).toEqual(['romancy:timers']);
    await app.close();
    expect(registry.getIntervals()).toEqual([]);
  });

  it('goes on at shutdown until the engine stops it, although ScheduleModule deletes all intervals before', async () => {
    for (const order of ['before', 'after']) {
      const imports = [RomancyModule.forRoot({ database: 'x.db' }), ScheduleModule.forRoot()];
      const { app, engine } = await bootOn({ imports: order === 'before' ? imports : imports.reverse() });
      const registry = app.get(SchedulerRegistry);
      expect(registry.getIntervals()).toEqual(NAMES);
      await app.close();
      expect(registry.getIntervals()).toEqual([]);
      expect((engine.loops as FakeLoop[]).map(({ paused }) => paused)).toEqual([false, false]);
    }
  });

  it('leaves the intervals of the application to it', async () => {
    const { app } = await boot({ imports: [ScheduleModule.forRoot()] });
    const registry = app.get(SchedulerRegistry);
    registry.addInterval(
      'own',
      setInterval(() => undefined, 60_000),
    );
    registry.deleteInterval('own');
    expect(() => registry.deleteInterval('never there')).toThrow();
    await app.close();
  });

  it('is empty in a process that does not work', async () => {
    const { app } = await boot({ imports: [ScheduleModule.forRoot()] }, { worker: false });
    expect(app.get(WorkflowLoops).list()).toEqual([]);
    expect(app.get(SchedulerRegistry).getIntervals()).toEqual([]);
    await app.close();
  });
});
