import { checkSchema } from '../definition/check-schema.js';
import { definedEvents } from '../definition/event-definitions.js';
import type { SchemaIssue } from '../definition/standard-schema.js';
import type { CloudEventValue } from './cloud-event.js';
import type { EventIssue } from './event-issue.js';

/** What the schema of the event's definition finds wrong with its data; nothing where no schema is declared. */
export async function checkEventData({
  type,
  data,
}: Pick<CloudEventValue, 'type' | 'data'>): Promise<readonly EventIssue[]> {
  const schema = definedEvents.of(type)?.schema;
  if (schema === undefined) return [];
  const { issues = [] } = await checkSchema(schema, data);
  return issues.map(issueOfData);
}

/** An issue of the data, as one of the event. */
export function issueOfData({ path, message }: SchemaIssue): EventIssue {
  return { path: path === '' ? 'data' : `data.${path}`, message };
}
