/** Each number doubles the forms of a path; what comes from outside must not make millions of them. */
const MOST_FORMS = 32;

/** The forms that a dotted path can have: `items.0` may name an element of an array or a key. After five numbers the others only name elements. */
export function jsonPaths(path: string): readonly string[] {
  return path.split('.').reduce<readonly string[]>(
    (paths, segment) => {
      const key = `."${segment.replace(/["\\]/g, '\\$&')}"`;
      if (!/^\d{1,9}$/.test(segment)) return paths.map((prefix) => prefix + key);
      const elements = paths.map((prefix) => `${prefix}[${segment}]`);
      return paths.length < MOST_FORMS ? [...elements, ...paths.map((prefix) => prefix + key)] : elements;
    },
    ['$'],
  );
}

/**
 * Joins conditions on each form of a path. One of them is to hold; for null it is also enough that none of them is there.
 *
 * @param equals the condition for one form
 * @param missing the condition that one form is not there
 */
export function overPaths(paths: readonly string[], equals: string, missing: string | null): string {
  const each = (condition: string): string[] => paths.map(() => `(${condition})`);
  const found = each(equals).join(' OR ');
  return missing === null ? found : `${found} OR (${each(missing).join(' AND ')})`;
}
