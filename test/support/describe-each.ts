/** As `describe.each`, for databases of which there may be none: jest refuses an empty list. Then the tests count as skipped. */
export function describeEach<Kind extends string>(
  kinds: readonly Kind[],
): (name: string, tests: (kind: Kind) => void) => void {
  return kinds.length > 0 ? describe.each(kinds) : describe.skip.each(['(none here)' as Kind]);
}
