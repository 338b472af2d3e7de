import { toMilliseconds, type Duration } from '../definition/duration.js';
import { InvalidDurationError } from '../errors/invalid-duration-error.js';
import { StepIdError } from '../errors/step-id-error.js';
import { UnstorableValueError } from '../errors/unstorable-value-error.js';
import { currentScope } from '../scope/scope.js';

/** What the end of a wait is counted from and limited by. */
export interface Timeline {
  /** Time of the last delivered event: equal in every replay. */
  readonly time: number;
  /** Latest time that the database can hold. */
  readonly maxTime: number;
}

/** The deadline of a wait of this length. Throws where it is no duration, or ends later than the database can hold. */
export function deadlineAfter(timeline: Timeline, duration: Duration): number {
  const deadline = timeline.time + toMilliseconds(duration);
  if (!isMoment(deadline)) throw new InvalidDurationError(duration);
  return storable(timeline, deadline);
}

/** A given deadline, after the same look at it. */
export function deadlineAt(timeline: Timeline, deadline: number): number {
  if (!isMoment(deadline)) {
    throw new StepIdError('sleepUntil needs a valid Date, or milliseconds that a Date can hold.', {
      stepId: 'sleep_until',
    });
  }
  return storable(timeline, deadline);
}

/** Throws inside an activity or step, where there is no history to record into. */
export function refuseInActivity(what: string, stepId: string): void {
  if (currentScope()?.kind !== 'activity') return;
  throw new StepIdError(`${what} cannot be asked for inside an activity or step. Move it into the workflow itself.`, {
    stepId,
  });
}

/** Dates end in the year 275760; deadlines are stored as dates. */
function isMoment(milliseconds: number): boolean {
  return !Number.isNaN(new Date(milliseconds).getTime());
}

function storable({ maxTime }: Timeline, deadline: number): number {
  if (deadline > maxTime) {
    const latest = new Date(maxTime).toISOString();
    throw new UnstorableValueError('$', `this database holds no time after ${latest}. Sleep in several steps.`);
  }
  return deadline;
}
