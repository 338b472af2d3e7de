import type { ActivityOptions, CompensationDefinition } from '../definition/activity-definition.js';
import type { AttemptRow } from '../ports/commit.js';

/** One durable step whose body runs in this process: an activity, an inline step or a compensation. */
export interface BodySpec {
  readonly kind: 'activity' | 'step' | 'compensation';
  readonly instanceId: string;
  readonly workflowName: string;
  readonly stepId: string;
  readonly name: string;
  readonly options: ActivityOptions;
  readonly transactional: boolean;
  readonly invoke: () => unknown;
  /** The arguments as JSON text, an array. */
  readonly argsText: string;
  /** Registered together with its success. */
  readonly compensation: CompensationDefinition | undefined;
  /** Attempts made before this turn (E16). */
  readonly earlier: AttemptRow | undefined;
}
