import { TerminalError } from '@romancy/core';
import type { Application } from './worker.js';

export interface SagaInput {
  readonly ending: 'completed' | 'failed' | 'cancelled';
}

/** One workflow with everything in it that can be interrupted. */
export const referenceSaga: Application = (worker) => {
  const plain = { transactional: false, retry: { maxAttempts: 1 } } as const;

  const reserve = worker.activity(
    'reserve',
    { compensation: { run: () => worker.effect('release') } },
    async (sku: string) => {
      await worker.effect('reserve');
      return { hold: `hold of ${sku}` };
    },
  );
  const charge = worker.activity(
    'charge',
    { ...plain, compensation: { transactional: false, run: () => worker.outside('refund') } },
    async (amount: number) => {
      await worker.outside('charge');
      return { receipt: `receipt over ${amount}` };
    },
  );
  const quote = worker.activity('quote', plain, async (what: string) => {
    await worker.outside(`quote ${what}`);
    return `<${what}>`;
  });
  const flaky = worker.activity(
    'flaky',
    { transactional: false, retry: { maxAttempts: 3, initialInterval: 100, backoff: 1, jitter: 0 } },
    async () => {
      await worker.outside('flaky');
      if (worker.scope().attempt < 3) throw new Error(`attempt ${worker.scope().attempt}`);
      return 'worked at last';
    },
  );
  const patient = worker.activity(
    'patient',
    { retry: { maxAttempts: 2, initialInterval: '1m', jitter: 0 } },
    async () => {
      await worker.effect(`patient attempt ${worker.scope().attempt}`);
      if (worker.scope().attempt < 2) throw new Error('not yet');
    },
  );
  const slow = worker.activity('slow', plain, async () => {
    await worker.pause(2000);
    await worker.outside('slow');
    return 'slow but sure';
  });
  const untouched = worker.activity('untouched', {}, async () => 'no database needed');
  const tidy = worker.activity('tidy', {}, (what: string) => worker.effect(`tidy ${what}`));
  const refuse = worker.activity('refuse', plain, async () => {
    throw new TerminalError('the card was declined');
  });

  worker.workflow<SagaInput>('saga', async ({ ending }, ctx) => {
    const held = await reserve('widget');
    ctx.setStage('reserved');
    const [paid, quotes] = await Promise.all([
      charge(100),
      (async () => {
        const first = await quote('a');
        return [first, await quote(`b after ${first}`)];
      })(),
    ]);
    await ctx.addCompensation(tidy, 'desk');
    const tried = await flaky();
    await patient();
    const id = ctx.uuid();
    ctx.setStage('resting');
    await ctx.sleep('10m');
    const winner = await Promise.race([ctx.sleep('5m').then(() => 'timer'), slow()]);
    const noted = await ctx.step('note', () => `noted ${winner}`);
    const calm = await untouched();
    ctx.setStage('last');
    if (ending !== 'completed') await refuse();
    return { held, paid, quotes, tried, id, chance: ctx.random(), noted, calm };
  });
};
