import type { InstanceDetail, WaitingFor } from '@romancy/core';
import { moment, until } from '../output/plain.js';
import type { Explanation } from './explanation.js';

export function explainWaits({ instanceId, waitingFor }: InstanceDetail, now: number): Omit<Explanation, 'summary'> {
  const open = waitingFor.filter(({ kind }) => kind !== 'retry');
  return {
    reasons: open.map((wait) => reasonOf(wait, now)),
    advice: open
      .filter(({ kind, channel }) => kind === 'message' && channel !== null)
      .map(({ channel }) => {
        return `To go on now: romancy event ${instanceId} ${channel ?? ''} '<data>' (an event), or publish on that channel.`;
      }),
  };
}

function reasonOf({ kind, stepId, channel, key, until: deadline }: WaitingFor, now: number): string {
  if (kind === 'timer') {
    const when = deadline === null ? 'some time' : `${moment(deadline)} (${until(deadline, now)})`;
    return `Step ${stepId} sleeps until ${when}.`;
  }
  const what = `${channel ?? 'a message'}${key === null ? '' : ` with the key "${key}"`}`;
  const end = deadline === null ? 'without a time-out' : `until ${moment(deadline)} (${until(deadline, now)})`;
  return `Step ${stepId} waits for ${what}, ${end}.`;
}
