/** As much of a schema of [Standard Schema](https://standardschema.dev) (zod, Valibot, ArkType and others) as data is checked with. */
export interface DataSchema<Data = unknown> {
  readonly '~standard': {
    readonly validate: (value: unknown) => DataSchemaResult | Promise<DataSchemaResult>;
    readonly types?: { readonly input: Data; readonly output: unknown } | undefined;
  };
}

/** Answer of a {@link DataSchema}: no issues, or all of them. */
export interface DataSchemaResult {
  readonly issues?: readonly DataSchemaIssue[] | undefined;
}

export interface DataSchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
