/** Key that marks an object of stored JSON as a value that JSON does not know: `{"$romancy":"Date","value":"…"}`. */
export const TAG = '$romancy';

export interface TaggedJson {
  readonly [TAG]: string;
  readonly value?: unknown;
}

export function tagged(tag: string, value?: unknown): TaggedJson {
  return value === undefined ? { [TAG]: tag } : { [TAG]: tag, value };
}

/** How `undefined` is encoded. */
export const UNDEFINED_TEXT = JSON.stringify(tagged('undefined'));

/** Sets a key as an own property, also one that an assignment would take for something else (`__proto__`). */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else (target as Record<string, unknown>)[key] = value;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** `$.order.items[3].when`; a key that is no identifier is quoted. */
export function pathText(path: readonly (string | number)[]): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${String(step)}]`;
    return IDENTIFIER.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return `$${steps.join('')}`;
}
