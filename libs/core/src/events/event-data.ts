import type { DataSchemaIssue } from '../definition/define-event.js';
import { definedEvents } from '../definition/event-definitions.js';
import type { CloudEventValue } from './cloud-event.js';

/** One thing that is wrong with the data of an event. */
export interface EventDataIssue {
  /** Where in the data: `items.0.sku`; empty for the data as a whole. */
  readonly path: string;
  readonly message: string;
}

/** What the schema of the event's definition finds wrong with its data; nothing where no schema is declared. */
export async function checkEventData({
  type,
  data,
}: Pick<CloudEventValue, 'type' | 'data'>): Promise<readonly EventDataIssue[]> {
  const schema = definedEvents.of(type)?.schema;
  if (schema === undefined) return [];
  const { issues = [] } = await schema['~standard'].validate(data);
  return issues.map(({ path, message }) => ({ path: pathOf(path), message }));
}

function pathOf(path: DataSchemaIssue['path'] = []): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
