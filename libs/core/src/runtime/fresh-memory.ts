import { WorkflowCoroutine } from '../replay/coroutine.js';
import { RunMemory } from './run-memory.js';
import type { EngineServices } from './services.js';
import type { TurnInstance } from './turn-types.js';

/** What a process begins with that has nothing of this instance in memory. */
export function freshMemory(
  { instanceId, startedAt, startedBy }: TurnInstance,
  { stepIds, storage }: EngineServices,
  onLateViolation: (coroutine: WorkflowCoroutine) => void,
): RunMemory {
  const newCoroutine = (): WorkflowCoroutine => {
    const coroutine: WorkflowCoroutine = new WorkflowCoroutine({
      instanceId,
      startedAt,
      stepIds,
      maxTime: storage.limits.maxTime,
      onLateViolation: () => {
        onLateViolation(coroutine);
      },
    });
    return coroutine;
  };
  return new RunMemory(newCoroutine, startedAt, startedBy);
}
