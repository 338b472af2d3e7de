import { toMilliseconds } from '../definition/duration.js';
import { ActivityTimeoutError } from '../errors/activity-timeout-error.js';
import { runInScope } from '../scope/scope.js';
import type { Attempt } from './attempt.js';
import type { AttemptLog } from './attempt-log.js';
import type { BodySpec } from './body-spec.js';
import type { EngineServices } from './services.js';

interface Limit {
  readonly ms: number;
  readonly limit: 'attempt' | 'total';
}

/**
 * What an attempt returns or throws, or the time-out that comes before; as a promise in any case, because whoever launches it is in the middle of
 * something.
 */
export function invoke(spec: BodySpec, attempt: Attempt, log: AttemptLog, services: EngineServices): Promise<unknown> {
  const { instanceId, stepId, attempt: number } = attempt;
  const { tracing } = services;
  let body: unknown;
  try {
    body = runInScope(attempt, () =>
      tracing ? tracing.run({ kind: 'attempt', instanceId, stepId, attempt: number }, spec.invoke) : spec.invoke(),
    );
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is passed on
    return Promise.reject(error);
  }
  const limit = limitOf(spec, log, services);
  return limit === undefined ? Promise.resolve(body) : limited(body, limit, spec, attempt, services);
}

function limitOf({ options }: BodySpec, { firstStartedAt }: AttemptLog, { clock }: EngineServices): Limit | undefined {
  const single = options.timeout === undefined ? Infinity : toMilliseconds(options.timeout);
  const total =
    options.totalTimeout === undefined
      ? Infinity
      : Math.max(0, firstStartedAt + toMilliseconds(options.totalTimeout) - clock.now());
  if (single === Infinity && total === Infinity) return undefined;
  return single <= total ? { ms: single, limit: 'attempt' } : { ms: total, limit: 'total' };
}

function limited(
  body: unknown,
  { ms, limit }: Limit,
  { name }: BodySpec,
  attempt: Attempt,
  { clock }: EngineServices,
): Promise<unknown> {
  const timeout = new ActivityTimeoutError({ activityName: name, timeoutMs: ms, limit });
  return new Promise<unknown>((resolve, reject) => {
    const timer = clock.after(ms, () => {
      attempt.abort(timeout);
      reject(timeout);
    });
    Promise.resolve(body)
      .then(resolve, reject)
      .finally(() => {
        timer.cancel();
      });
  });
}
