import type { ActivityOptions } from '@romancy/core';

/** Options of {@link Activity}. */
export interface ActivityDecoratorOptions extends ActivityOptions {
  /**
   * Name in history and in step ids (`name:1`), unique in the application. Default: the method name, or the class name for a class with
   * `execute`. Give one before a method is renamed, because recorded steps are found again by it.
   */
  readonly name?: string;
}

/** Options of {@link CompensationFor}. */
export interface CompensationForOptions extends ActivityOptions {
  /** Name in history. Default: the method name, or `Class.method` for a class with `execute`. */
  readonly name?: string;
  /**
   * Also call it when it is unknown whether the activity took effect (a crash or a time-out in the middle of an attempt). `result` is then
   * undefined, and the parameter is typed `CompensatedInDoubt`. Default false.
   */
  readonly inDoubt?: boolean;
}
