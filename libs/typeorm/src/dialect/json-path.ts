/** The forms that a dotted path can have: `items.0` may name an element of an array or a key. */
export function jsonPaths(path: string): readonly string[] {
  return path.split('.').reduce<readonly string[]>(
    (paths, segment) => {
      const key = `."${segment.replace(/["\\]/g, '\\$&')}"`;
      return paths.flatMap((prefix) =>
        /^\d{1,9}$/.test(segment) ? [`${prefix}[${segment}]`, prefix + key] : [prefix + key],
      );
    },
    ['$'],
  );
}
