import type { EventToken } from '@romancy/core';

/** An event type: what `defineEvent` made, or its name. */
export type StartEvent = Pick<EventToken, 'type'> | string;

/** What `startOn` takes. */
export type StartOn = StartEvent | readonly StartEvent[] | true;

/** Data of the events that start a workflow, as far as their definitions tell. */
export type StartData<On> = On extends readonly (infer Each)[] ? DataOf<Each> : DataOf<On>;

type DataOf<Event> = Event extends EventToken<infer Data> ? Data : never;

/** Options of {@link Workflow}. */
export interface WorkflowOptions<On extends StartOn = StartOn> {
  /**
   * Name under which instances are stored; what the database, the logs and other processes know the workflow by. Default: the class name as
   * written. Give one when the class may be renamed or the code is minified, because stored instances are found again by it.
   */
  readonly name?: string;
  /**
   * Events that start an instance, whose input is the data of the event: one type, several, or `true` for the type that is the workflow's name.
   * A repeated delivery of an event starts nothing. Default: no event starts it.
   */
  readonly startOn?: On;
}
