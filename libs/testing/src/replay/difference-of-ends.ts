import { isDeepStrictEqual } from 'node:util';
import type { InstanceRow } from '@romancy/core';
import type { RecordedHistory } from '@romancy/core';
import type { ReplayFinding } from './replay-report.js';

const CODE = 'ENDS_DIFFERENTLY';

/** Compares how the recorded instance has ended with how the present code ends on the same history. */
export function differenceOfEnds(
  recorded: RecordedHistory['instance'],
  replayed: InstanceRow,
): readonly ReplayFinding[] {
  if (recorded.status !== 'completed' && recorded.status !== 'failed') return [];
  if (replayed.status !== recorded.status) {
    const now = replayed.status === 'completed' || replayed.status === 'failed' ? replayed.status : 'not over yet';
    return [finding(`The instance ended ${recorded.status}; with the present code it is ${now}.`, recorded, replayed)];
  }
  const [before, after] = [resultOf(recorded.output), resultOf(replayed.output)];
  if (isDeepStrictEqual(before, after)) return [];
  return [finding('The present code ends with another result than the recorded one.', recorded, replayed)];
}

function finding(message: string, recorded: RecordedHistory['instance'], replayed: InstanceRow): ReplayFinding {
  const details = {
    recorded: { status: recorded.status, result: resultOf(recorded.output) },
    replayed: { status: replayed.status, result: resultOf(replayed.output) },
  };
  return { severity: 'error', code: CODE, message, details };
}

/** Stacks and what was undone are not decided by the workflow's code. */
function resultOf(output: string | null): unknown {
  const value: unknown = JSON.parse(output ?? 'null');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const decided = Object.entries(value).filter(([key]) => key !== 'stack_trace' && key !== 'compensations');
  return Object.fromEntries(decided);
}
