import type { McpLogLevel } from '../interfaces/mcp-context.interface.js';

const LEVELS: readonly McpLogLevel[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

/** The least severe messages that a client wants; all until it says. */
export class LogThreshold {
  level: McpLogLevel = 'debug';

  lets(level: McpLogLevel): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.level);
  }
}
