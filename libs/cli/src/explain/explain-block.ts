import type { InstanceDetail } from '@romancy/core';
import { span } from '../output/plain.js';
import type { Explanation } from './explanation.js';

/** The guard has written down what differs; its message ends with the cures. */
export function explainBlock({ instanceId, block }: InstanceDetail, now: number): Explanation {
  const text = (name: string): string | undefined => {
    const facts: unknown = block?.explanation;
    const value = typeof facts === 'object' && facts !== null ? (facts as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return {
    summary: `${instanceId} is blocked: the present code does not fit its history (${block?.code ?? ''}, for ${span(now - (block?.blockedAt ?? now))}).`,
    reasons: [text('message') ?? JSON.stringify(block?.explanation)],
    advice: [
      'Deploy code that fits the history: it then goes on by itself.',
      `Check that before: romancy replay ${instanceId} --app <module>.`,
      `Where the code is right and the block is old: romancy retry ${instanceId}. To give it up: romancy cancel ${instanceId}.`,
    ],
  };
}
