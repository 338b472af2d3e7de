import 'reflect-metadata';

/** A decorated method and the options of its decorator. */
export interface Member<Options> {
  readonly method: string;
  /** The method is on the class itself, not on its instances. */
  readonly isStatic: boolean;
  readonly options: Options;
}

/** A decorator that writes its options on the class of the method. */
export function memberDecorator<Options>(key: symbol, options: Options): (target: object, method: string) => void {
  return (target, method) => {
    const isStatic = typeof target === 'function';
    const owner = isStatic ? target : target.constructor;
    const before = (Reflect.getOwnMetadata(key, owner) ?? []) as readonly Member<Options>[];
    Reflect.defineMetadata(key, [...before, { method, isStatic, options }], owner);
  };
}

/** Members of a class and of its bases; an overridden method counts as its most derived class has it. */
export function membersOf<Options>(key: symbol, type: object): readonly Member<Options>[] {
  const members = new Map<string, Member<Options>>();
  for (let owner: unknown = type; typeof owner === 'function'; owner = Object.getPrototypeOf(owner)) {
    const own = (Reflect.getOwnMetadata(key, owner) ?? []) as readonly Member<Options>[];
    for (const member of own) if (!members.has(member.method)) members.set(member.method, member);
  }
  return [...members.values()];
}
