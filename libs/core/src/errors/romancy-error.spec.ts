import { brand, brandName } from './brand.js';
import {
  ERROR_CODES,
  NonDeterminismError,
  RomancyError,
  RetryAfterError,
  StepIdError,
  TerminalError,
} from './index.js';

describe('instanceof', () => {
  class CardDeclined extends TerminalError {}
  class CardExpired extends CardDeclined {}

  // Another copy of the package has classes of its own with the same marks.
  class OtherRomancyError extends Error {
    static {
      brand(this, 'RomancyError');
    }
  }
  class OtherTerminalError extends OtherRomancyError {
    static {
      brand(this, 'TerminalError');
    }
  }
  class OtherCardDeclined extends OtherTerminalError {}

  it('follows the classes', () => {
    const error = new CardExpired('x');
    expect(error).toBeInstanceOf(CardExpired);
    expect(error).toBeInstanceOf(CardDeclined);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toBeInstanceOf(RomancyError);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(RetryAfterError);
    expect(new TerminalError('x')).not.toBeInstanceOf(CardDeclined);
    expect(new CardDeclined('x')).not.toBeInstanceOf(CardExpired);
  });

  it('recognises errors of another copy of the package, and of classes derived there', () => {
    for (const error of [new OtherTerminalError('x'), new OtherCardDeclined('x')]) {
      expect(error).toBeInstanceOf(TerminalError);
      expect(error).toBeInstanceOf(RomancyError);
      expect(error).not.toBeInstanceOf(RetryAfterError);
      expect(error).not.toBeInstanceOf(CardDeclined);
    }
  });

  it.each([null, undefined, 1, 'x', {}, new Error('x'), () => 1, Object.create(null)])('is false for %p', (value) => {
    expect(value instanceof TerminalError).toBe(false);
    expect(value instanceof RomancyError).toBe(false);
  });
});

describe('an error', () => {
  it('has its class for a name, its code, details and cause', () => {
    const cause = new Error('root');
    const error = new TerminalError('declined', { cause, details: { orderId: 'o1' } });
    expect(error).toMatchObject({
      name: 'TerminalError',
      message: 'declined',
      code: 'ROMANCY_TERMINAL_ERROR',
      details: { orderId: 'o1' },
      cause,
    });
    expect(new TerminalError('x')).not.toHaveProperty('cause');
    expect(new TerminalError('x').details).toEqual({});
  });

  it('may have a code of the application', () => {
    expect(new TerminalError('declined', { code: 'NO_FUNDS' }).code).toBe('NO_FUNDS');
    class NoFunds extends TerminalError {
      override readonly code = 'NO_FUNDS';
    }
    expect(new NoFunds('x').code).toBe('NO_FUNDS');
  });

  it('asks for a delay in milliseconds', () => {
    expect(new RetryAfterError('busy', { delay: '2m' }).retryAfter).toBe(120_000);
    expect(() => new RetryAfterError('busy', { delay: -1 })).toThrow(/not a duration/);
  });

  it('carries the step of a bad id', () => {
    expect(new StepIdError('used twice', { stepId: 'a:1', other: 'A:1' })).toMatchObject({
      stepId: 'a:1',
      details: { other: 'A:1' },
    });
  });
});

describe('ERROR_CODES', () => {
  it.each(Object.entries(ERROR_CODES))('%s belongs to a class of the framework', (code, { errorClass, title }) => {
    expect(code).toMatch(/^ROMANCY_[A-Z]+(_[A-Z]+)*$/);
    expect(errorClass.prototype).toBeInstanceOf(RomancyError);
    expect(brandName(errorClass)).toBe(`romancy.${errorClass.name}`);
    expect(title).toMatch(/^[A-Z].*[a-z]$/);
  });
});

describe('NonDeterminismError', () => {
  const asked = {
    stepId: 'charge:2',
    kind: 'activity',
    name: 'charge',
    callSite: 'order.workflow.ts:12:5',
    inputPreview: '["o1"]',
  };
  const recorded = {
    stepId: 'ship:1',
    kind: 'activity',
    name: 'ship',
    inputPreview: '["o2"]',
    time: '2026-01-01T00:00:00.000Z',
    codeVersion: 'a'.repeat(64),
  };

  it('shows both sides, the cause and the cures', () => {
    const error = new NonDeterminismError({
      kind: 'missing-step',
      instanceId: 'i-1',
      workflowName: 'order',
      asked,
      recorded,
    });
    expect(error.message.split('\n')).toEqual([
      'Instance i-1 of order: the history holds a step that the workflow does not ask for.',
      '  asked for: charge:2 (activity charge) with ["o1"] at order.workflow.ts:12:5',
      `  recorded: ship:1 (activity ship) with ["o2"] at 2026-01-01T00:00:00.000Z by code ${'a'.repeat(12)}`,
      expect.stringMatching(/^ {2}Probable cause: A step was removed/),
      expect.stringMatching(/^ {2}Fix: /),
      expect.stringMatching(/^ {2}Fix: /),
      expect.stringMatching(/^ {2}Fix: /),
    ]);
    expect(error).toMatchObject({
      code: 'ROMANCY_NONDETERMINISM_MISSING_STEP',
      stepId: 'charge:2',
      asked,
      recorded,
      retryable: false,
    });
    expect(error.details).toMatchObject({ kind: 'missing-step', instanceId: 'i-1', asked, recorded });
  });

  it.each([
    ['step-changed', 'ROMANCY_NONDETERMINISM_STEP_CHANGED'],
    ['unread-history', 'ROMANCY_NONDETERMINISM_UNREAD_HISTORY'],
    ['non-durable-await', 'ROMANCY_NON_DURABLE_AWAIT'],
    ['stalled', 'ROMANCY_STALLED'],
    ['input-changed', 'ROMANCY_INPUT_CHANGED'],
  ] as const)('%s has the code %s', (kind, code) => {
    const error = new NonDeterminismError({ kind, instanceId: 'i-1', recorded: { stepId: 'x:1', kind: 'sleep' } });
    expect(error.code).toBe(code);
    expect(error.stepId).toBe('x:1');
    expect(error.probableCause).not.toBe('');
  });

  it('lets the guard say more than the usual', () => {
    const error = new NonDeterminismError({
      kind: 'stalled',
      instanceId: 'i-1',
      probableCause: 'It awaits fetch.',
      fixes: ['Use an activity.'],
    });
    expect(error.message).toContain('Probable cause: It awaits fetch.\n  Fix: Use an activity.');
    expect(error.stepId).toBeUndefined();
  });
});
