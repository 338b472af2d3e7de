import { currentActivity, RetryAfterError, type RetryPolicy } from '@romancy/core';
import { Activity } from '@romancy/nestjs';
import type { CallExecutor } from '../generation/call-executor.js';
import type { CallStash } from './call-stash.js';
import type { CallReference } from './live-call.js';
import type { RecordedCall } from './recorded-call.js';

/** Name in history of every call of a model. */
export const LLM_ACTIVITY = 'llm_call';

/** Rate limits last for minutes, and a call that was cut off costs nothing to repeat but money. */
const DEFAULT_POLICY: RetryPolicy = { maxAttempts: 8, initialInterval: '1s', backoff: 2 };
const DEFAULT_CAP: RetryPolicy = { maxInterval: '30s' };

/** The activity that makes a call; outside of workflows calls do not come this way. */
export interface LlmActivities {
  complete(reference: CallReference): Promise<RecordedCall>;
}

/** A class per application, because the retry policy of an activity is part of its declaration. */
export function createLlmActivities(
  executor: CallExecutor,
  stash: CallStash,
  policy: RetryPolicy | undefined,
): LlmActivities {
  // A first interval of the application's own may be longer than our cap.
  const cap = policy?.initialInterval === undefined ? DEFAULT_CAP : {};
  const retry: RetryPolicy = { ...DEFAULT_POLICY, ...cap, ...policy };

  class ConfiguredLlmActivities implements LlmActivities {
    @Activity({ name: LLM_ACTIVITY, transactional: false, retry })
    async complete({ call, ref }: CallReference): Promise<RecordedCall> {
      const live = stash.get(currentActivity()?.instanceId ?? '', ref);
      if (live) return executor.execute(live);
      // The workflow that asked is gone (lease lost, shutdown): whoever runs it next asks again.
      throw new RetryAfterError(`Nobody waits for the call ${call} any more.`, { delay: '1s' });
    }
  }
  return new ConfiguredLlmActivities();
}
