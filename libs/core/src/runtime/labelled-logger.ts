import type { LogFields, Logger } from '../ports/logger.js';

/**
 * A logger that adds the same fields to every report: which service and which worker speaks. Where the logger itself throws, the report is lost
 * and whoever makes it goes on: a turn must not end because of a line in the log.
 */
export function labelled(logger: Logger, labels: LogFields): Logger {
  let warned = false;
  const reporting =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void => {
      try {
        logger[level](message, { ...fields, ...labels });
      } catch (error) {
        if (!warned) process.emitWarning(`The logger failed, and reports of Romancy are lost: ${String(error)}`);
        warned = true;
      }
    };
  return {
    debug: reporting('debug'),
    info: reporting('info'),
    warn: reporting('warn'),
    error: reporting('error'),
  };
}
