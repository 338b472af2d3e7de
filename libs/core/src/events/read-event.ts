import { InvalidEventError } from '../errors/invalid-event-error.js';
import { instanceIdProblem } from '../runtime/instance-id.js';
import type { CloudEventValue, ExtensionValue } from './cloud-event.js';
import { ATTRIBUTES, extensionProblem, REQUIRED_ATTRIBUTES } from './event-attributes.js';
import type { EventIssue } from './event-issue.js';
import { TARGET_EXTENSIONS } from './event-target.js';

/** All attributes together have to fit a column of 64 KiB, and its JSON around them. */
const MOST_BYTES = 48 * 1024;

/**
 * The event that attributes and data make.
 *
 * @param attributes by their names in the specification, extensions among them; null stands for an attribute that is absent
 * @throws InvalidEventError with everything that is wrong with the attributes
 */
export function readEvent(attributes: Readonly<Record<string, unknown>>, data: unknown): CloudEventValue {
  const given = Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined);
  const known = Object.fromEntries(given.filter(([name]) => Object.hasOwn(ATTRIBUTES, name))) as Record<string, string>;
  const extensions = Object.fromEntries(given.filter(([name]) => !Object.hasOwn(ATTRIBUTES, name)));
  const issues = [
    ...REQUIRED_ATTRIBUTES.filter((name) => known[name] === undefined).map((path) => issue(path, 'it is required')),
    ...given.flatMap(([name, value]) => issuesOf(name, value)),
    ...TARGET_EXTENSIONS.flatMap((name) => targetIssues(name, extensions[name])),
  ];
  if (issues.length === 0 && Buffer.byteLength(JSON.stringify(given)) > MOST_BYTES)
    issues.push(issue('', `its attributes have more than ${String(MOST_BYTES)} bytes`));
  if (issues.length > 0) throw new InvalidEventError('ValidationError', issues);
  return {
    id: known['id'] ?? '',
    source: known['source'] ?? '',
    type: known['type'] ?? '',
    subject: known['subject'],
    time: known['time'],
    dataContentType: known['datacontenttype'],
    dataSchema: known['dataschema'],
    extensions: extensions as Readonly<Record<string, ExtensionValue>>,
    data,
  };
}

function issuesOf(name: string, value: unknown): readonly EventIssue[] {
  const problem = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name]?.(value) : extensionProblem(name, value);
  return problem === undefined ? [] : [issue(name.slice(0, 100), problem)];
}

function targetIssues(name: string, value: unknown): readonly EventIssue[] {
  if (value === undefined || value === '') return [];
  const problem = instanceIdProblem(typeof value === 'number' ? String(value) : value);
  return problem === undefined ? [] : [issue(name, `it is no instance id: ${problem}`)];
}

function issue(path: string, message: string): EventIssue {
  return { path, message };
}
