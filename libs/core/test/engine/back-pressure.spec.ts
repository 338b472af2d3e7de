import { performance } from 'node:perf_hooks';
import { Hold } from '../support/hold.js';
import { Lab, until } from '../support/lab.js';

let lab: Lab;
beforeEach(() => {
  lab = new Lab();
});
afterEach(() => lab.close());

describe('a process whose database does not keep up', () => {
  it('takes on nothing more, and goes on when the database does', async () => {
    lab.app.workflow('order', async () => 'done');
    const line = lab.storage.connect();
    const engine = await lab.engine({ storage: line, resumeInterval: '1d' });
    const writer = new Hold(line, ({ operation, side }) => operation === 'commits.write' && side === 'before');
    const points = line.faults.record();
    const first = lab.start(engine, 'order', undefined, 'a');
    const second = lab.start(engine, 'order', undefined, 'b');
    await until('a group is being written', () => writer.reached);
    const third = lab.start(engine, 'order', undefined, 'c');
    const since = performance.now();
    await until('entries have waited for long', () => performance.now() - since > 1_100);
    // Left to whoever has time for it.
    const fourth = lab.start(engine, 'order', undefined, 'd');
    await lab.quiet();
    writer.release();
    await Promise.all([first, second, third, fourth]);
    await engine.whenIdle();
    const created = points.flatMap(({ entries }) => entries.flatMap(({ create }) => create ?? []));
    const isLocked = (id: string): boolean => created.find(({ instanceId }) => instanceId === id)?.lock !== null;
    expect(['a', 'b', 'c', 'd'].map(isLocked)).toEqual([true, true, true, false]);
    await until('all are done', () => ['a', 'b', 'c', 'd'].every((id) => lab.row(id).status === 'completed'));
  });
});
