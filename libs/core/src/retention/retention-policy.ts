import { toMilliseconds, type Duration } from '../definition/duration.js';
import { isTerminal, TERMINAL_STATUSES, type TerminalStatus } from '../ports/instance.js';
import type { RetainedRow, RetentionTerm } from '../ports/retention.js';
import type { RetentionTimes } from './retention-options.js';

type Outcome = keyof RetentionTimes;

const OUTCOMES: Readonly<Record<TerminalStatus, Outcome>> = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  recurred: 'generations',
};

interface Times extends RetentionTimes {
  readonly workflows?: Readonly<Record<string, RetentionTimes>>;
}

/** {@link RetentionTimes} with durations in milliseconds, and the question whether an instance is due. */
export class RetentionPolicy {
  /** What to look for among ends, and among generations. */
  readonly ends: readonly RetentionTerm[];
  readonly generations: readonly RetentionTerm[];
  readonly #times: Times;

  /** @throws InvalidDurationError for a time that is none. */
  constructor(times: Times) {
    this.#times = times;
    const terms = TERMINAL_STATUSES.flatMap((status) => this.#terms(status));
    this.ends = terms.filter((term) => term.status !== 'recurred');
    this.generations = terms.filter((term) => term.status === 'recurred');
  }

  /** Whether the instance has been over for long enough. A generation goes with its end: it asks for no time of its own. */
  isDue({ workflowName, status, ageMs }: RetainedRow): boolean {
    if (!isTerminal(status)) return false;
    return status === 'recurred' || ageMs >= (this.#ms(workflowName, status) ?? Infinity);
  }

  #terms(status: TerminalStatus): readonly RetentionTerm[] {
    const named = Object.keys(this.#times.workflows ?? {}).filter((name) => this.#own(name, status) !== undefined);
    const wanted = named.map((only) => ({ olderThanMs: this.#ms(only, status), workflow: { only } }));
    const others = { olderThanMs: milliseconds(this.#times[OUTCOMES[status]]), workflow: { except: named } };
    return [...wanted, others].flatMap(({ olderThanMs, workflow }) =>
      olderThanMs === undefined ? [] : [{ status, olderThanMs, workflow }],
    );
  }

  #ms(workflowName: string, status: TerminalStatus): number | undefined {
    return milliseconds(this.#own(workflowName, status) ?? this.#times[OUTCOMES[status]]);
  }

  #own(workflowName: string, status: TerminalStatus): Duration | false | undefined {
    const { workflows = {} } = this.#times;
    return Object.hasOwn(workflows, workflowName) ? workflows[workflowName]?.[OUTCOMES[status]] : undefined;
  }
}

function milliseconds(time: Duration | false | undefined): number | undefined {
  return time === undefined || time === false ? undefined : toMilliseconds(time);
}
