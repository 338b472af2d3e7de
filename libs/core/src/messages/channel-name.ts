import { InvalidChannelError } from '../errors/invalid-channel-error.js';
import { instanceIdProblem } from '../runtime/instance-id.js';

/** Columns hold 255 characters where the database limits them; step ids and direct channels add to the name. */
const MAX_LENGTH = 200;

/** What is wrong with the name of a channel, event type or group; undefined if nothing is. */
export function channelProblem(name: unknown): InvalidChannelError | undefined {
  const problem = instanceIdProblem(name);
  if (problem !== undefined) return new InvalidChannelError(name, problem);
  if ((name as string).length > MAX_LENGTH) {
    return new InvalidChannelError(name, `it has more than ${String(MAX_LENGTH)} characters`);
  }
  return undefined;
}

/** The channel of this name that belongs to one instance, or to the chain that it began (the form of the family). */
export function directChannel(name: string, root: string): string {
  return `${name}:${root}`;
}
