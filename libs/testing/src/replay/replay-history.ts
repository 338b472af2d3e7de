import { Engine, Registry, silentLogger, type InstanceBlock, type LogFields, type Logger } from '@romancy/core';
import { MemoryStorage } from '../memory-storage/index.js';
import { VirtualClock } from '../virtual-clock.js';
import type { RecordedHistory } from '@romancy/core';
import type { ReplayFinding, ReplayReport } from './replay-report.js';
import { differenceOfEnds } from './difference-of-ends.js';

const PROBE = 'replay';

/**
 * Runs a recorded history through the present code of its workflow and reports what the determinism guard has to say. No activity and no inline
 * step is called, nothing is written anywhere.
 *
 * @param registered The registry of an application with the present code.
 */
export async function replayHistory(history: RecordedHistory, registered: Registry): Promise<ReplayReport> {
  const { instanceId, workflowName } = history.instance;
  const registry = withoutBodies(registered, workflowName);
  const last = history.rows.at(-1)?.time ?? history.instance.startedAt;
  const clock = new VirtualClock({ startAt: last });
  const storage = new MemoryStorage({ clock });
  storage.importHistory(history);
  const warnings: ReplayFinding[] = [];
  const logger = collectWarnings(warnings);
  const engine = new Engine({ storage, registry, clock, logger, workerId: PROBE, maxConcurrentActivities: 0 });
  await engine.start();
  await storage.database.quiet();
  const row = await storage.instances.get(instanceId);
  const block = await engine.block(instanceId);
  // It is left where it stands: its bodies never begin, so there is nothing to wait for.
  storage.faults.crash();
  const report = { instanceId, workflowName };
  if (block !== undefined) return { ...report, fits: false, findings: [...warnings, blocked(block)], end: 'blocked' };
  const ended = row?.status === 'completed' || row?.status === 'failed' || row?.status === 'compensating';
  const different = row === undefined ? [] : differenceOfEnds(history.instance, row);
  return {
    ...report,
    fits: different.length === 0,
    findings: [...warnings, ...different],
    end: ended ? 'ended' : 'open',
  };
}

/** The explanation of a block holds its message beside its facts. */
function blocked({ code, explanation }: InstanceBlock): ReplayFinding {
  const known = typeof explanation === 'object' && explanation !== null && 'message' in explanation;
  if (!known) return { severity: 'error', code, message: code, details: explanation };
  const { message, ...details } = explanation;
  return { severity: 'error', code, message: String(message), details };
}

/** The same workflows; of the activities only the names: none of them begins. */
function withoutBodies(registered: Registry, workflowName: string): Registry {
  if (registered.workflow(workflowName) === undefined) {
    throw new TypeError(
      `Workflow ${workflowName} is not registered in this application: [${registered.workflowNames.join(', ')}].`,
    );
  }
  const registry = new Registry();
  for (const workflow of registered.workflows()) registry.addWorkflow(workflow);
  for (const activity of registered.activities()) registry.addActivity({ ...activity, compensation: undefined });
  return registry;
}

function collectWarnings(findings: ReplayFinding[]): Logger {
  const warn = (message: string, fields: LogFields = {}): void => {
    const { code, ...details } = fields;
    if (typeof code === 'string') findings.push({ severity: 'warning', code, message, details });
  };
  return { ...silentLogger, warn };
}
