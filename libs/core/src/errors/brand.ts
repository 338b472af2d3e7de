type AnyClass = abstract new (...args: never[]) => unknown;

const BRAND = Symbol.for('romancy.brand');

/**
 * Marks a class, so that `instanceof` also recognises objects of the same class from another copy of the package. Classes derived from it
 * carry its mark through the prototype chain; they have none of their own unless they are marked too.
 */
export function brand(marked: AnyClass, name: string): void {
  const mark = Symbol.for(`romancy.${name}`);
  Object.defineProperty(marked.prototype as object, mark, { value: true });
  Object.defineProperty(marked, BRAND, { value: mark });
}

/** True when `value` carries the mark that `marked` itself was given. */
export function carriesBrand(marked: object, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(marked, BRAND)) return false;
  return Reflect.get(value, Reflect.get(marked, BRAND) as symbol) === true;
}

/** `romancy.<name>` of a class that is marked itself; undefined for every other one. */
export function brandName(marked: object): string | undefined {
  return Object.hasOwn(marked, BRAND) ? Symbol.keyFor(Reflect.get(marked, BRAND) as symbol) : undefined;
}
