import {
  ActivityAbortedError,
  ActivityTimeoutError,
  EngineStateError,
  HistoryLimitError,
  InstanceConflictError,
  InstanceNotCancellableError,
  InstanceNotFoundError,
  LeaseLostError,
  PayloadTooLargeError,
  ResultTimeoutError,
  RetryExhaustedError,
  type RomancyError,
  TransactionEndedError,
  UnreadablePayloadError,
  UnstorableValueError,
  WorkflowCancelledError,
  WorkflowFailedError,
  WorkflowNotRegisteredError,
} from './index.js';

const existing = { workflowName: 'refund', framework: 'go', status: 'running' };
const ids = { instanceId: 'i-1', workflowName: 'order' };

describe('messages say what happened and what to do next', () => {
  it.each<[RomancyError, RegExp, object]>([
    [
      new RetryExhaustedError({ activityName: 'charge', attempts: 5, cause: new TypeError('no card') }),
      /charge failed after 5 attempts: TypeError: no card\. .*retry policy/,
      { activityName: 'charge', attempts: 5 },
    ],
    [new RetryExhaustedError({ activityName: 'charge', attempts: 1, cause: 'text' }), /after 1 attempt: "text"/, {}],
    [
      new ActivityTimeoutError({ activityName: 'charge', timeoutMs: 30, limit: 'attempt' }),
      /its timeout of 30 ms.*raise timeout/,
      { timeoutMs: 30, limit: 'attempt' },
    ],
    [
      new ActivityTimeoutError({ activityName: 'charge', timeoutMs: 30, limit: 'total' }),
      /its totalTimeout of 30 ms/,
      {},
    ],
    [
      new ActivityAbortedError({ activityName: 'charge', reason: 'shutdown' }),
      /stopping.*Let this error through/,
      { reason: 'shutdown' },
    ],
    [new LeaseLostError('i-1'), /lease of instance i-1.*leaseDuration/, { instanceId: 'i-1' }],
    [
      new WorkflowFailedError({ ...ids, cause: new Error('declined') }),
      /order \(instance i-1\) failed: declined\./,
      ids,
    ],
    [new WorkflowCancelledError({ ...ids, reason: 'asked' }), /was cancelled: asked\./, { reason: 'asked' }],
    [new WorkflowCancelledError({ ...ids, reason: null }), /was cancelled\. /, { reason: null }],
    [new ResultTimeoutError('i-1', 500), /within 500 ms.*goes on/, { timeoutMs: 500 }],
    [new InstanceNotFoundError('i-1'), /no workflow instance "i-1"/, { instanceId: 'i-1' }],
    [new InstanceNotCancellableError('i-1', 'completed'), /is completed already/, { status: 'completed' }],
    [
      new InstanceConflictError({ conflict: 'exists', ...ids, existing }),
      /taken: it is running.*use-existing/,
      { conflict: 'exists' },
    ],
    [new InstanceConflictError({ conflict: 'workflow', ...ids, existing }), /of refund, not of order/, {}],
    [new InstanceConflictError({ conflict: 'framework', ...ids, existing }), /another framework \(go\)/, {}],
    [new InstanceConflictError({ conflict: 'spelling', ...ids }), /only in case or accents/, {}],
    [
      new WorkflowNotRegisteredError('ordre', ['refund', 'order']),
      /registered are order, refund.*@Workflow/,
      { workflowName: 'ordre' },
    ],
    [new WorkflowNotRegisteredError('ordre', []), /none is/, {}],
    [
      new EngineStateError('start an instance', 'stopped'),
      /Cannot start an instance: the engine is stopped/,
      { state: 'stopped' },
    ],
    [
      new HistoryLimitError({ instanceId: 'i-1', rows: 50_001, limit: 50_000 }),
      /50001 history rows.*historyMaxRows/,
      { limit: 50_000 },
    ],
    [new TransactionEndedError('reserve'), /activity reserve.*Await every database call/, { activityName: 'reserve' }],
    [
      new UnstorableValueError('$.a', 'it is a symbol.'),
      /at \$\.a cannot be stored: it is a symbol\./,
      { path: '$.a' },
    ],
    [new PayloadTooLargeError(11, 10), /11 bytes.*limit is 10.*reference/, { bytes: 11, maxBytes: 10 }],
    [new UnreadablePayloadError('it is not JSON'), /it is not JSON.*newest version/, {}],
  ])('%#', (error, message, fields) => {
    expect(error.message).toMatch(message);
    expect(error).toMatchObject(fields);
    expect(error.details).toMatchObject(fields);
  });
});
