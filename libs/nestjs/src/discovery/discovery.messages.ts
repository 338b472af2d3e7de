import type { Mistake } from './mistake.js';

export const REQUEST_SCOPED = (where: string): Mistake => ({
  where,
  problem: 'is request-scoped, itself or through a dependency, but a workflow outlives every request',
  cure: 'Give it and what it injects the default scope, and pass what belongs to a request as input',
});

export const TRANSIENT = (where: string): Mistake => ({
  where,
  problem: 'is transient, so there is no single object whose methods could be run again after a restart',
  cure: 'Remove `scope: Scope.TRANSIENT`',
});

export const IN_CONTROLLER = (where: string): Mistake => ({
  where,
  problem: 'is a controller; only providers are looked at',
  cure: 'Move the decorated class or method to a provider and inject that',
});

export const PROVIDED_TWICE = (where: string, modules: readonly string[]): Mistake => ({
  where,
  problem: `is provided more than once (in ${modules.join(', ')}), so there are several objects under one name`,
  cure: 'Provide it in one module and export it from there',
});

export const NO_RUN = (where: string): Mistake => ({
  where,
  problem: 'is marked @Workflow() but has no method run(input, ctx)',
  cure: 'Add it, or remove the decorator',
});

export const NO_EXECUTE = (where: string): Mistake => ({
  where,
  problem: 'is marked @Activity() but has no method execute(input)',
  cure: 'Add it, or mark methods instead of the class',
});

export const ACTIVITY_IN_WORKFLOW = (where: string): Mistake => ({
  where,
  problem:
    'is an activity on a workflow class; workflow objects are built for each run and activities belong to a shared provider',
  cure: 'Move it to a provider of its own and inject that into the workflow',
});

export const STATIC_MEMBER = (where: string): Mistake => ({
  where,
  problem: 'is static, but activities and compensations are methods of a provider',
  cure: 'Remove `static` and call it on the injected object',
});

export const DECORATED_TWICE = (where: string, decorator: string): Mistake => ({
  where,
  problem: `carries ${decorator} twice`,
  cure: 'Keep one',
});

export const ACTIVITY_AND_COMPENSATION = (where: string): Mistake => ({
  where,
  problem: 'is both an activity and a compensation, which are called with different arguments',
  cure: 'Make it two methods that share a private one',
});

export const UNKNOWN_ACTIVITY = (where: string, activity: string, known: readonly string[]): Mistake => ({
  where,
  problem: `compensates "${activity}", which is no activity of the same class`,
  cure:
    known.length > 0
      ? `Name one of ${known.join(', ')}, or mark that method @Activity()`
      : 'Mark that method @Activity()',
});

export const SECOND_COMPENSATION = (where: string, activity: string, other: string): Mistake => ({
  where,
  problem: `compensates "${activity}", which "${other}" compensates already`,
  cure: 'Keep one compensation for each activity',
});

export const NOT_WRAPPABLE = (where: string): Mistake => ({
  where,
  problem:
    'cannot be made durable, because the object behind the provider is frozen or the property cannot be replaced',
  cure: 'Provide an object whose methods can be replaced',
});

export const UNRESOLVED_DEPENDENCY = (where: string, reason: string): Mistake => ({
  where,
  problem: `has a dependency that cannot be resolved for its runs: ${reason}`,
  cure: 'Provide it in the module of the workflow, or import the module that exports it',
});

export const NO_MODULE = (where: string): Mistake => ({
  where,
  problem: 'belongs to no module of the application',
  cure: 'List it among the providers of a module',
});
