import type { DataSchemaIssue } from '../definition/data-schema.js';
import { definedEvents } from '../definition/event-definitions.js';
import type { CloudEventValue } from './cloud-event.js';
import type { EventIssue } from './event-issue.js';

/** What the schema of the event's definition finds wrong with its data; nothing where no schema is declared. */
export async function checkEventData({
  type,
  data,
}: Pick<CloudEventValue, 'type' | 'data'>): Promise<readonly EventIssue[]> {
  const schema = definedEvents.of(type)?.schema;
  if (schema === undefined) return [];
  const { issues = [] } = await schema['~standard'].validate(data);
  return issues.map(({ path, message }) => ({ path: ['data', ...pathOf(path)].join('.'), message }));
}

function pathOf(path: DataSchemaIssue['path'] = []): readonly string[] {
  return path.map((part) => String(typeof part === 'object' ? part.key : part));
}
