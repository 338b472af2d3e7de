import type { LogFields, Logger } from '../ports/logger.js';

/** A logger that adds the same fields to every report: which service and which worker speaks. */
export function labelled(logger: Logger, labels: LogFields): Logger {
  return {
    debug: (message, fields) => {
      logger.debug(message, { ...fields, ...labels });
    },
    info: (message, fields) => {
      logger.info(message, { ...fields, ...labels });
    },
    warn: (message, fields) => {
      logger.warn(message, { ...fields, ...labels });
    },
    error: (message, fields) => {
      logger.error(message, { ...fields, ...labels });
    },
  };
}
