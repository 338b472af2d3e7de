import { RomancyError } from '@romancy/core';

/** The context of an activity was asked for where none runs. */
export class NotInActivityError extends RomancyError {
  readonly code = 'ROMANCY_NOT_IN_ACTIVITY';

  constructor(member: string) {
    super(
      `ActivityContext.${member} was used outside an activity. It belongs to one attempt: use it in a method marked @Activity() that a ` +
        `workflow has called, not in the workflow itself, a constructor or a controller. isInActivity tells whether there is one.`,
      { details: { member } },
    );
  }
}
