/** One thing that is wrong with a value. */
export interface SchemaIssue {
  /** Where in the value: `items.0.sku`; empty for the value as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Result of a {@link StandardSchema}'s `validate`. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** How a schema of Standard Schema describes itself as JSON Schema, where its library offers that (zod 4.2 and newer, ArkType). */
export interface StandardJsonSchema {
  readonly input: (options: StandardJsonSchemaOptions) => Record<string, unknown>;
  readonly output: (options: StandardJsonSchemaOptions) => Record<string, unknown>;
}

interface StandardJsonSchemaOptions {
  readonly target: string;
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

/**
 * A schema of any library that speaks [Standard Schema](https://standardschema.dev): zod, Valibot, ArkType and others.
 *
 * @example
 * ```ts
 * const order: StandardSchema = z.object({ orderId: z.string(), quantity: z.int().positive() });
 * ```
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema?: StandardJsonSchema;
  };
}
