import type { StandardSchema } from './standard-schema.js';

/** An event definition whose type of data nobody asks for. */
export interface KnownEvent {
  readonly type: string;
  readonly key?: ((data: never) => string) | undefined;
  readonly schema?: StandardSchema | undefined;
}

/**
 * The event types that the process has defined. They are constants of the code, as classes are, and the only way in which a process that
 * accepts an event can know the key by which a workflow elsewhere waits for it; so there is one list for the process.
 */
export class EventDefinitions {
  readonly #byType = new Map<string, KnownEvent[]>();

  add(definition: KnownEvent): void {
    const known = this.#byType.get(definition.type) ?? [];
    // The same module loaded once more (tests, hot reload) takes the place of what it defined before.
    this.#byType.set(definition.type, [...known.filter((other) => !sameRules(other, definition)), definition]);
  }

  /** The definition that counts: the last one with a key or a schema, else the last one. */
  of(type: string): KnownEvent | undefined {
    const known = this.#byType.get(type) ?? [];
    return known.findLast(({ key, schema }) => key !== undefined || schema !== undefined) ?? known.at(-1);
  }

  /** Types that were defined with different keys: an event can be stored under one only. */
  ambiguous(): readonly string[] {
    return [...this.#byType]
      .filter(([, known]) => known.filter(({ key }) => key !== undefined).length > 1)
      .map(([type]) => type);
  }
}

export const definedEvents = new EventDefinitions();

function sameRules(a: KnownEvent, b: KnownEvent): boolean {
  return String(a.key) === String(b.key);
}
