import type { ActivityMetadata, CompensationMetadata } from '../interfaces/metadata.interface.js';

/** The given name, else the method's; prefixed by the activity where the method's name (`undo`) says too little. */
export function compensationName(compensation: CompensationMetadata, activities: readonly ActivityMetadata[]): string {
  if (compensation.name !== undefined) return compensation.name;
  const activity = activities.find(({ method }) => method === compensation.activityMethod);
  return activity?.isClass ? `${activity.name}.${compensation.method}` : compensation.method;
}
