/** Data as it is printed: bytes in a form that JSON has. */
export function printable(data: unknown): unknown {
  if (data instanceof Uint8Array) return { base64: Buffer.from(data).toString('base64') };
  return data ?? null;
}
