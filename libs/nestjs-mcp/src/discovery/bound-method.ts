import type { Mistake } from '@romancy/nestjs';
import type { Completion } from '../catalogue/catalogue.js';
import type { FoundMember } from './mcp.explorer.js';
import * as messages from './mcp.messages.js';

type AnyMethod = (...args: unknown[]) => unknown;

/** The method as it is at the time of the call, so that a test may replace it. */
export function bound({ instance, method, where }: Omit<FoundMember<unknown>, 'options'>): AnyMethod {
  return (...args) => {
    const body: unknown = Reflect.get(instance, method);
    if (typeof body !== 'function') throw new TypeError(`The object provided for ${where} has no such method.`);
    return Reflect.apply(body as AnyMethod, instance, args);
  };
}

/** The methods that propose values for arguments or variables. */
export function completionsOf(
  { instance, where, options }: FoundMember<{ readonly complete?: Readonly<Record<string, string>> }>,
  mistakes: Mistake[],
): ReadonlyMap<string, Completion> {
  const found = new Map<string, Completion>();
  for (const [argument, method] of Object.entries(options.complete ?? {})) {
    if (typeof Reflect.get(instance, method) !== 'function') mistakes.push(messages.NO_METHOD(where, argument, method));
    const call = bound({ instance, method, where: `the completion of ${argument}` });
    found.set(argument, async (value) => [...((await call(value)) as Iterable<string>)]);
  }
  return found;
}
