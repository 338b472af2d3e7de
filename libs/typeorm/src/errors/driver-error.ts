import { RomancyError } from '@romancy/core';

/** A driver, or the way TypeORM uses it, is one that Romancy cannot work with. */
export class DriverError extends RomancyError {
  readonly code = 'ROMANCY_DRIVER';
}
