import { INSTANCE_STATUSES, type InstanceStatus } from '@romancy/core';
import { ProblemException, type InspectionFilter } from '@romancy/nestjs';

/** Parameters of an address, as the platforms parse them. */
export type QueryValues = Readonly<Record<string, unknown>>;

type InputValue = string | number | boolean | null;

/** @throws ProblemException naming the parameter that cannot be understood */
export function toFilter(query: QueryValues): InspectionFilter {
  const status = statusesOf(query);
  const [workflowName, instanceId] = [textOf(query, 'workflow'), textOf(query, 'id')];
  const [startedAfter, startedBefore] = [timeOf(query, 'startedAfter'), timeOf(query, 'startedBefore')];
  const [framework, pageToken] = [textOf(query, 'framework'), textOf(query, 'pageToken')];
  const limit = numberOf(query, 'limit');
  const input = inputOf(query);
  return {
    ...(status && { status }),
    ...(workflowName !== undefined && { workflowName }),
    ...(instanceId !== undefined && { instanceId }),
    ...(startedAfter !== undefined && { startedAfter }),
    ...(startedBefore !== undefined && { startedBefore }),
    ...(framework !== undefined && { framework }),
    ...(pageToken !== undefined && { pageToken }),
    ...(limit !== undefined && { limit }),
    ...(input && { input }),
  };
}

/** A parameter that is there once and not empty. */
export function textOf(query: QueryValues, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw refused(name, 'must be given once');
  return value;
}

export function numberOf(query: QueryValues, name: string): number | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw refused(name, 'must be a whole number');
  return Number(text);
}

/** Milliseconds since the epoch, or any form of ISO 8601. */
function timeOf(query: QueryValues, name: string): number | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  const time = /^\d{5,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) throw refused(name, 'must be a time, for example 2026-01-31T12:00:00Z');
  return time;
}

function listOf(query: QueryValues, name: string): readonly string[] {
  const value = query[name];
  if (value === undefined || value === '') return [];
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.map((one) => {
    if (typeof one !== 'string') throw refused(name, 'must be a text');
    return one;
  });
}

function statusesOf(query: QueryValues): readonly InstanceStatus[] | undefined {
  const words = listOf(query, 'status').flatMap((text) => text.split(',').filter((word) => word !== ''));
  const unknown = words.find((word) => !(INSTANCE_STATUSES as readonly string[]).includes(word));
  if (unknown !== undefined) {
    throw refused('status', `"${unknown}" is no status; there are ${INSTANCE_STATUSES.join(', ')}`);
  }
  return words.length === 0 ? undefined : (words as InstanceStatus[]);
}

/** `order.sku:widget`; what is JSON of a number, true, false, null or a quoted text is taken as that. */
function inputOf(query: QueryValues): Record<string, InputValue> | undefined {
  const pairs = listOf(query, 'input').map((text): [string, InputValue] => {
    const end = text.indexOf(':');
    if (end < 1) throw refused('input', 'must be path:value, for example order.sku:widget');
    return [text.slice(0, end), inputValueOf(text.slice(end + 1))];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

function inputValueOf(text: string): InputValue {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as InputValue;
  } catch {
    // No JSON: a text.
  }
  return text;
}

function refused(field: string, message: string): ProblemException {
  return new ProblemException({ status: 400, title: 'Invalid request', detail: `${field} ${message}.`, errors: [{ field, message }] });
}
