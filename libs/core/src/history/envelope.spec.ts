import {
  activityCompleted,
  activityFailed,
  cancelledOutput,
  compensationExecuted,
  compensationFailed,
  completedOutput,
  failedOutput,
  timerExpired,
  workflowCancelled,
  workflowFailed,
} from './envelope.js';
import { readActivityResult, readFailure, readInput, readOutputResult } from './envelope-reader.js';
import { toFailure } from './failure.js';
import { JsonPayloadCodec } from './payload-codec.js';

const parse = (text: string): unknown => JSON.parse(text);
const codec = new JsonPayloadCodec();
const failure = toFailure(Object.assign(new TypeError('no "card"'), { code: 'E7' }));

describe('activityCompleted', () => {
  const parts = { activityName: 'charge "x"', argsText: '["o1",1.5]', resultText: '{"a":[1]}' };

  it('has the layout that the family reads', () => {
    expect(activityCompleted(parts)).toBe(
      '{"activity_name":"charge \\"x\\"","result":{"a":[1]},"input":{"args":["o1",1.5],"kwargs":{}}}',
    );
  });

  it('says how often it was tried', () => {
    expect(parse(activityCompleted({ ...parts, retry: { total_attempts: 3 } }))).toMatchObject({
      retry_metadata: { total_attempts: 3 },
    });
  });

  it('is read back', () => {
    const json = parse(activityCompleted(parts));
    expect(readActivityResult(json)).toEqual({ a: [1] });
    expect(readInput(json)).toEqual(['o1', 1.5]);
  });

  it.each([codec.encode(undefined), 'null'])('writes undefined as null with a mark', (resultText) => {
    const text = activityCompleted({ ...parts, resultText, isVoid: true });
    expect(parse(text)).toMatchObject({ result: null, void: true });
    expect(readActivityResult(parse(text))).toBeUndefined();
    expect(
      readActivityResult(parse(activityCompleted({ ...parts, resultText: codec.encode(undefined) }))),
    ).toBeUndefined();
  });

  it('keeps null apart from undefined', () => {
    expect(readActivityResult(parse(activityCompleted({ ...parts, resultText: 'null' })))).toBeNull();
  });
});

describe('failures', () => {
  it('have the family’s keys, and ours for the rest', () => {
    const json = parse(
      activityFailed({ activityName: 'charge', argsText: '[1]', failure, retry: { exhausted: true } }),
    );
    expect(json).toEqual({
      activity_name: 'charge',
      error_type: 'TypeError',
      error_message: 'no "card"',
      stack_trace: failure.stack,
      failure: { code: 'E7', retryable: true, classes: ['TypeError'] },
      input: { args: [1], kwargs: {} },
      retry_metadata: { exhausted: true },
    });
    expect(readInput(json)).toEqual([1]);
  });

  it.each([
    activityFailed({ activityName: 'charge', argsText: '[]', failure }),
    workflowFailed(failure),
    failedOutput(failure, { failed: [] }),
    compensationFailed({ activityName: 'refund', compensationId: 1, activityId: 'charge:1', argsText: '[]', failure }),
  ])('are read back (%#)', (text) => {
    expect(readFailure(parse(text))).toEqual(failure);
  });

  it('do without a stack', () => {
    const bare = { name: 'Error', message: 'm', retryable: false };
    expect(parse(workflowFailed(bare))).toMatchObject({ stack_trace: null });
    expect(readFailure(parse(workflowFailed(bare)))).toEqual(bare);
  });
});

describe('other rows', () => {
  it('timer', () => {
    expect(parse(timerExpired('sleep:1', 1000))).toEqual({
      result: null,
      timer_id: 'sleep:1',
      expires_at: '1970-01-01T00:00:01.000Z',
    });
    expect(readActivityResult(parse(timerExpired('sleep:1', 1000)))).toBeNull();
  });

  it('cancellation', () => {
    expect(parse(workflowCancelled({ reason: 'asked', cancelledBy: 'client', cancelledAt: 0 }))).toEqual({
      reason: 'asked',
      cancelled_by: 'client',
      cancelled_at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('compensation', () => {
    const parts = { activityName: 'refund', compensationId: 7, activityId: 'charge:1', argsText: '[{"a":1}]' };
    expect(parse(compensationExecuted(parts))).toEqual({
      activity_name: 'refund',
      activity_id: 'charge:1',
      compensation_id: 7,
      args: [{ a: 1 }],
      kwargs: {},
    });
    expect(parse(compensationFailed({ ...parts, failure }))).toMatchObject({
      compensation_id: 7,
      error_type: 'TypeError',
    });
  });
});

describe('outputs', () => {
  it('of a completed instance', () => {
    expect(completedOutput('[1]')).toBe('{"result":[1]}');
    expect(readOutputResult(parse(completedOutput('[1]')))).toEqual([1]);
    expect(readOutputResult(parse(completedOutput(codec.encode(undefined))))).toBeUndefined();
    expect(completedOutput('1', true)).toBe('{"result":null,"void":true}');
  });

  it('of a failed instance', () => {
    const compensations = { failed: [{ activity: 'refund' }] };
    expect(parse(failedOutput(failure, compensations))).toMatchObject({ error_type: 'TypeError', compensations });
    expect(parse(failedOutput(failure))).not.toHaveProperty('compensations');
  });

  it('of a cancelled instance', () => {
    const parts = { reason: null, cancelledBy: 'api', cancelledAt: 0, previousStatus: 'running' };
    expect(parse(cancelledOutput(parts))).toEqual({
      cancelled_by: 'api',
      cancelled_at: '1970-01-01T00:00:00.000Z',
      previous_status: 'running',
      reason: null,
    });
    expect(parse(cancelledOutput({ ...parts, compensations: { done: 1 } }))).toMatchObject({
      compensations: { done: 1 },
    });
  });
});

describe('rows of the siblings', () => {
  it('a bare result is the result', () => {
    expect(readActivityResult({ a: 1 })).toEqual({ a: 1 });
    expect(readActivityResult({ result: 1 })).toEqual({ result: 1 });
    expect(readActivityResult(5)).toBe(5);
    expect(readActivityResult({ completed: true, timer_id: 'sleep:1' })).toEqual({
      completed: true,
      timer_id: 'sleep:1',
    });
    expect(readOutputResult('text')).toBe('text');
    expect(readInput({ a: 1 })).toBeUndefined();
    expect(readInput(null)).toBeUndefined();
  });

  it('a failure may be a text, a message, or a time-out', () => {
    expect(readFailure('refused')).toEqual({ name: 'Error', message: 'refused', retryable: true });
    expect(readFailure({ error: 'refused' })).toMatchObject({ name: 'Error', message: 'refused' });
    expect(readFailure({ _error: true, error_type: 'TimeoutError', error_message: 'late', channel: 'c' })).toEqual({
      name: 'TimeoutError',
      message: 'late',
      retryable: true,
    });
    expect(
      readFailure({ activity_name: 'a', error_type: 'ValueError', error_message: 'v', stack_trace: 't' }),
    ).toMatchObject({
      name: 'ValueError',
      stack: 't',
    });
    expect(readFailure([1])).toMatchObject({ message: '[1]' });
    expect(readFailure(undefined)).toMatchObject({ message: 'null' });
  });
});
