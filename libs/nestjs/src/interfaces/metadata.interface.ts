import type { ActivityOptions } from '@romancy/core';
import type { WorkflowSchemas } from './workflow-schemas.interface.js';

/** A class as the decorators and the container see it. */
export type Class = abstract new (...args: never[]) => object;

/** What `@Workflow()` writes on a class. */
export interface WorkflowMetadata extends WorkflowSchemas {
  readonly name: string;
  /** Types of the events that start it. */
  readonly startOn: readonly string[];
}

interface MemberMetadata {
  readonly method: string;
  /** The decorated member is on the class itself, not on its instances. */
  readonly isStatic: boolean;
  readonly options: ActivityOptions;
}

/** What `@Activity()` writes, one entry per decorated method. */
export interface ActivityMetadata extends MemberMetadata {
  readonly name: string;
  /** Set by the decorator on the class, whose method is `execute`. */
  readonly isClass: boolean;
}

/** What `@CompensationFor()` writes, one entry per decorated method. */
export interface CompensationMetadata extends MemberMetadata {
  /** Undefined: the default, which depends on the kind of activity. */
  readonly name: string | undefined;
  /** Method of the same class whose effect it undoes. */
  readonly activityMethod: string;
  readonly inDoubt: boolean;
}

/** What `@OnWorkflowEvent()` writes, one entry per mark. */
export interface ListenerMetadata {
  readonly event: string;
  readonly method: string;
  readonly isStatic: boolean;
}
