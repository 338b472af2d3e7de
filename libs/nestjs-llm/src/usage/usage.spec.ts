import { costOf } from './prices.js';
import { addAnswer, NO_TOTALS, NO_USAGE, toUsage } from './usage.js';

const nothing = { cacheReadTokens: undefined, cacheWriteTokens: undefined, noCacheTokens: undefined };

describe('toUsage', () => {
  it('adds up what a provider leaves out', () => {
    const given = {
      inputTokens: 3,
      outputTokens: 4,
      totalTokens: undefined,
      inputTokenDetails: nothing,
      outputTokenDetails: { textTokens: 1, reasoningTokens: 3 },
    };
    expect(toUsage(given)).toEqual({
      ...NO_USAGE,
      inputTokens: 3,
      outputTokens: 4,
      totalTokens: 7,
      reasoningTokens: 3,
    });
  });

  it('is nothing where a provider tells nothing', () => {
    const details = { textTokens: undefined, reasoningTokens: undefined };
    const given = {
      inputTokens: undefined,
      outputTokens: undefined,
      totalTokens: undefined,
      inputTokenDetails: nothing,
      outputTokenDetails: details,
    };
    expect(toUsage(given)).toEqual(NO_USAGE);
  });
});

describe('addAnswer', () => {
  it('counts what has no price apart', () => {
    const usage = { ...NO_USAGE, inputTokens: 2, totalTokens: 2 };
    const totals = addAnswer(addAnswer(NO_TOTALS, { usage, cost: 0.5 }), { usage });
    expect(totals).toEqual({
      calls: 2,
      usage: { ...NO_USAGE, inputTokens: 4, totalTokens: 4 },
      cost: 0.5,
      unpricedCalls: 1,
    });
  });
});

describe('costOf', () => {
  const usage = {
    ...NO_USAGE,
    inputTokens: 1_000_000,
    cachedInputTokens: 400_000,
    cacheWriteTokens: 100_000,
    outputTokens: 2_000_000,
  };
  const model = { provider: 'p', names: ['m', 'm-2026'] };

  it.each([
    ['input and output', { m: { input: 1, output: 10 } }, 21],
    ['cached input by its own price', { m: { input: 1, output: 0, cachedInput: 0.1 } }, 0.64],
    ['written cache by its own price', { m: { input: 1, output: 0, cacheWrite: 2 } }, 1.1],
    ['by provider and name before the name', { m: { input: 9, output: 9 }, 'p/m': { input: 0, output: 1 } }, 2],
    ['by the name that answered', { 'm-2026': { input: 0, output: 1 } }, 2],
  ])('prices %s', (_case, prices, expected) => {
    expect(costOf(prices, model, usage)).toBeCloseTo(expected, 10);
  });

  it('is unknown without a price', () => {
    expect(costOf({ other: { input: 1, output: 1 } }, model, usage)).toBeUndefined();
    expect(costOf(undefined, model, usage)).toBeUndefined();
    expect(costOf({}, { provider: 'p', names: ['constructor'] }, usage)).toBeUndefined();
  });
});
