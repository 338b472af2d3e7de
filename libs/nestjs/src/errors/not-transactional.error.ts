import { RomancyError } from '@romancy/core';

/** The transaction of an activity was asked for that has none. */
export class NotTransactionalError extends RomancyError {
  readonly code = 'ROMANCY_NOT_TRANSACTIONAL';

  constructor(activityName: string) {
    super(
      `ActivityContext.manager was used in "${activityName}", which has no transaction: it is an inline step, or declared ` +
        `\`transactional: false\`. Remove that option, or use an injected repository.`,
      { details: { activityName } },
    );
  }
}
