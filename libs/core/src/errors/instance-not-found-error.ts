import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** No instance with this id is in the database. */
export class InstanceNotFoundError extends RomancyError {
  static {
    brand(this, 'InstanceNotFoundError');
  }

  readonly code = 'ROMANCY_INSTANCE_NOT_FOUND';
  readonly instanceId: string;

  constructor(instanceId: string) {
    super(
      `There is no workflow instance "${instanceId}" in this database. Check the id and the database; ` +
        `an instance started inside a transaction appears with its commit.`,
      { details: { instanceId } },
    );
    this.instanceId = instanceId;
  }
}
