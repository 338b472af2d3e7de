import type { Logger } from 'typeorm';
import type { StatementObserver } from './backend.js';

/** Shows an observer what TypeORM sends over the engine's DataSource. */
export class ObservingLogger implements Logger {
  constructor(private readonly observe: StatementObserver) {}

  logQuery(query: string): void {
    this.observe(query);
  }

  logQueryError(): void {
    return;
  }

  logQuerySlow(): void {
    return;
  }

  logSchemaBuild(): void {
    return;
  }

  logMigration(): void {
    return;
  }

  log(): void {
    return;
  }
}

/** Logging options of the engine's DataSource. */
export function observing(
  observe: StatementObserver | undefined,
): { logging: false } | { logging: true; logger: Logger } {
  return observe === undefined ? { logging: false } : { logging: true, logger: new ObservingLogger(observe) };
}
