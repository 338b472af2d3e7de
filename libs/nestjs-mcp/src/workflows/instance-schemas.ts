import { INSTANCE_STATUSES } from '@romancy/core';
import type { JsonSchema } from '../interfaces/json-schema.interface.js';

/** What several tools take or answer. */
export const INSTANCE_ID: JsonSchema = {
  type: 'string',
  minLength: 1,
  description: 'The instance_id that the start tool answered.',
};

export const WORKFLOW: JsonSchema = { type: 'string', description: 'Name of the workflow.' };

export const STATUS: JsonSchema = {
  type: 'string',
  enum: INSTANCE_STATUSES,
  description: 'completed, failed and cancelled are ends; with any other one the workflow goes on.',
};

export const STAGE: JsonSchema = {
  type: ['string', 'null'],
  description: 'How far the workflow says it has come, in its own words.',
};

export const POLL_INTERVAL: JsonSchema = {
  type: 'integer',
  minimum: 0,
  description: 'Ask again after so many milliseconds; 0 when the workflow has ended.',
};

/** An object with these properties and no others. */
export function objectOf(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}
