/** A short text for a value that an error complains about. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** `name: message` of something that was thrown, whatever it is. */
export function describeThrown(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return describeValue(thrown);
  const message: unknown = Reflect.get(thrown, 'message');
  const name: unknown = Reflect.get(thrown, 'name');
  if (typeof message !== 'string') return describeValue(thrown);
  return typeof name === 'string' && name !== 'Error' ? `${name}: ${message}` : message;
}
