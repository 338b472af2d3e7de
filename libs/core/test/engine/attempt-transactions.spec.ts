import { attempt, effect } from '../support/app.js';
import { Lab } from '../support/lab.js';

describe('an attempt', () => {
  it('has a transaction of its own, and none is open while the next one is waited for', async () => {
    const lab = new Lab({ singleWriter: true });
    const flaky = lab.app.activity(
      'flaky',
      async () => {
        await effect(`attempt ${String(attempt().attempt)}`);
        if (attempt().attempt === 1) throw new Error('again');
      },
      { retry: { maxAttempts: 2, initialInterval: '2s', jitter: 0 } },
    );
    const write = lab.app.activity('write', () => effect('meanwhile'));
    lab.app.workflow('flaky', () => flaky());
    lab.app.workflow('write', () => write());
    const engine = await lab.engine();
    const id = await lab.start(engine, 'flaky');
    await lab.clock.advance('1s');
    await engine.result(await lab.start(engine, 'write'));
    expect(lab.storage.effects).toEqual(['meanwhile']);
    await lab.result(engine, id);
    expect(lab.storage.effects).toEqual(['meanwhile', 'attempt 2']);
    await lab.close();
  });
});
