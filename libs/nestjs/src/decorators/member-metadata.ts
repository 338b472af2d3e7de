import 'reflect-metadata';

/** Adds an entry to the list that a class carries under `key`; entries of its bases stay with the bases. */
export function addMemberMetadata(key: symbol, target: object, entry: object): void {
  const entries = (Reflect.getOwnMetadata(key, target) ?? []) as readonly object[];
  Reflect.defineMetadata(key, [...entries, entry], target);
}

/** The class of a decorated member: the target itself when the member is static. */
export function ownerOf(target: object): { readonly owner: object; readonly isStatic: boolean } {
  return typeof target === 'function'
    ? { owner: target, isStatic: true }
    : { owner: target.constructor, isStatic: false };
}
