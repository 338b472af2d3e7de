import type { ActivityCommand, StepCommand } from '../replay/command.js';

/** Commands whose body runs in this process. */
export type BodyCommand = ActivityCommand | StepCommand;
