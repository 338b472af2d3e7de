import fc from 'fast-check';

export const COMBINATORS = ['all', 'race', 'any', 'allSettled'] as const;
export type Combinator = (typeof COMBINATORS)[number];

/** What a branch decides by: everything that a workflow may decide by. */
export type Decision = 'random' | 'uuid' | 'now' | 'value';

/** A workflow as data. Few activity names are shared by many calls, so that a wrong number means a wrong result. */
export type Shape =
  | { readonly kind: 'activity'; readonly name: string; readonly fails: boolean }
  | { readonly kind: 'step'; readonly name: string; readonly fails: boolean }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'sleepUntil'; readonly offset: number }
  | { readonly kind: 'compensation' }
  | { readonly kind: 'hops'; readonly count: number }
  | { readonly kind: 'sequence'; readonly parts: readonly Shape[] }
  | { readonly kind: 'parallel'; readonly combinator: Combinator; readonly parts: readonly Shape[] }
  /** Started, and never awaited. */
  | { readonly kind: 'background'; readonly body: Shape }
  | { readonly kind: 'loop'; readonly times: number; readonly body: Shape }
  | { readonly kind: 'attempt'; readonly body: Shape; readonly handler: Shape; readonly last: Shape }
  | { readonly kind: 'branch'; readonly on: Decision; readonly yes: Shape; readonly no: Shape };

export interface ShapeRules {
  readonly combinators: readonly Combinator[];
  readonly decisions: readonly Decision[];
  readonly background: boolean;
}

/** Everything at once. */
export const ANYTHING: ShapeRules = {
  combinators: COMBINATORS,
  decisions: ['random', 'uuid', 'now', 'value'],
  background: true,
};

const ACTIVITIES = ['charge', 'ship', 'note'];

/** Random workflows under these rules. */
export function shapes({ combinators, decisions, background }: ShapeRules): fc.Arbitrary<Shape> {
  const name = fc.constantFrom(...ACTIVITIES);
  const fails = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  const activity = fc.record({ kind: fc.constant('activity' as const), name, fails });
  const leaf = fc.oneof(
    { weight: 8, arbitrary: activity },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('step' as const), name: fc.constantFrom('one', 'two'), fails }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 0, max: 5000 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('sleepUntil' as const), offset: fc.integer({ min: -9, max: 5000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('compensation' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('hops' as const), count: fc.integer({ min: 1, max: 30 }) }) },
  );
  const { shape } = fc.letrec<{ shape: Shape }>((tie) => {
    const parts = fc.array(tie('shape'), { minLength: 1, maxLength: 4 });
    const nested = [
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('sequence' as const), parts }) },
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('parallel' as const),
          combinator: fc.constantFrom(...combinators),
          parts,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('loop' as const),
          times: fc.integer({ min: 1, max: 4 }),
          body: tie('shape'),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('attempt' as const),
          body: tie('shape'),
          handler: tie('shape'),
          last: tie('shape'),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('branch' as const),
          on: fc.constantFrom(...decisions),
          yes: tie('shape'),
          no: tie('shape'),
        }),
      },
      ...(background
        ? [{ weight: 1, arbitrary: fc.record({ kind: fc.constant('background' as const), body: tie('shape') }) }]
        : []),
    ];
    return { shape: fc.oneof({ maxDepth: 4, withCrossShrink: true }, { weight: 6, arbitrary: leaf }, ...nested) };
  });
  // Below the top at least something runs in parallel or in a row.
  return fc
    .array(shape, { minLength: 2, maxLength: 5 })
    .chain((parts) =>
      fc.constantFrom<Shape>(
        { kind: 'sequence', parts },
        { kind: 'parallel', combinator: 'all', parts },
        { kind: 'parallel', combinator: 'allSettled', parts },
      ),
    );
}
