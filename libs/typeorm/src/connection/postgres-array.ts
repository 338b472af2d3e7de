import type { SqlValue } from '../sql/statement.js';

const SPECIAL = /["\\]/g;

/**
 * A one-dimensional array as PostgreSQL reads it; undefined where it holds bytes or arrays, which are left to the driver. The driver's own way
 * takes several times as long, and the arrays of a group hold every text that it writes.
 */
export function arrayLiteral(values: readonly SqlValue[]): string | undefined {
  const elements: string[] = [];
  for (const value of values) {
    if (value === null) elements.push('NULL');
    else if (typeof value === 'string') elements.push(`"${value.replace(SPECIAL, '\\$&')}"`);
    else if (typeof value === 'object') return undefined;
    else elements.push(String(value));
  }
  return `{${elements.join(',')}}`;
}
