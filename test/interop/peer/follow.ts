import { setTimeout } from 'node:timers/promises';
import type { WorkflowHandle } from '@romancy/nestjs';
import type { Report } from './report.js';

const LOOK_MS = 25;
const ENDED = ['completed', 'failed', 'cancelled'];

/** Reports that the instance waits in the database, once it does; false if it ended without. */
export async function reportWaiting(handle: WorkflowHandle, report: Report): Promise<boolean> {
  for (;;) {
    const status = await handle.status();
    if (status.startsWith('waiting_')) break;
    if (ENDED.includes(status)) return false;
    await setTimeout(LOOK_MS);
  }
  report('waiting', { instance_id: handle.instanceId });
  return true;
}

/** Reports the wait and the end of an instance. */
export async function follow(handle: WorkflowHandle, report: Report): Promise<void> {
  await reportWaiting(handle, report);
  await reportEnd(handle, report);
}

export async function reportEnd(handle: WorkflowHandle, report: Report): Promise<void> {
  // a failure is a result like another one
  await handle.result().catch(() => undefined);
  const { status, result, error } = await handle.get();
  report('result', { status, output: result ?? null, ...(error && { error: `${error.name}: ${error.message}` }) });
}
