import type { CloudEventValue } from './cloud-event.js';

/** Extensions that name the one instance that an event is for: ours (and Romancy's for Go), and Edda's. */
export const TARGET_EXTENSIONS = ['romancyinstanceid', 'eddainstanceid'] as const;

/** The instance that an event is for; undefined for an event that is for everybody. */
export function targetOf({ extensions }: Pick<CloudEventValue, 'extensions'>): string | undefined {
  const named = TARGET_EXTENSIONS.map((name) => extensions[name]).find((value) => value !== undefined && value !== '');
  return named === undefined ? undefined : String(named);
}
