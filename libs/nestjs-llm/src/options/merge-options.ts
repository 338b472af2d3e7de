/** A call of a tool instead of the value that is asked for would leave the answer without one. */
export const NO_TOOL = { toolChoice: 'none' } as const;

type Layer<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Layers of options, the strongest last. A field that is undefined does not hide one of a weaker layer. */
export function mergeOptions<T extends object>(...layers: readonly (Layer<T> | undefined)[]): T {
  const merged: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [field, value] of Object.entries(layer ?? {})) if (value !== undefined) merged[field] = value;
  }
  return merged as T;
}
