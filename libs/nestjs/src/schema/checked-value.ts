import type { SchemaIssue } from '../interfaces/schema.interface.js';

/** What a schema says about a value: the value as it is to be used, or everything that is wrong with it. */
export type CheckedValue =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };
