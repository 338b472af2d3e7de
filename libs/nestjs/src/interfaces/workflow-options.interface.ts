import type { EventToken } from '@romancy/core';

/** An event type: its definition, or its name. */
export type StartEvent<Data> = EventToken<Data> | string;

/** Options of {@link Workflow}. */
export interface WorkflowOptions<Data = never> {
  /**
   * Name under which instances are stored; what the database, the logs and other processes know the workflow by. Default: the class name as
   * written. Give one when the class may be renamed or the code is minified, because stored instances are found again by it.
   */
  readonly name?: string;
  /**
   * Events that start an instance, whose input is the data of the event: one type, several, or `true` for the type that is the workflow's name.
   * A repeated delivery of an event starts nothing. Default: no event starts it.
   */
  readonly startOn?: StartEvent<Data> | readonly StartEvent<Data>[] | true;
}
