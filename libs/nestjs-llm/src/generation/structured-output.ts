import { Output, asSchema, type FlexibleSchema } from 'ai';
import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmSchema } from '../interfaces/schema.interface.js';

/** Asks for JSON of this schema. The answer is read and judged by us ({@link readValue}), to tell apart what went wrong. */
export function outputOf(schema: LlmSchema, name: string): object {
  const { jsonSchema } = asSchema(describable(schema, `call ${name}`) as FlexibleSchema);
  return {
    ...Output.text(),
    name: 'object',
    responseFormat: Promise.resolve(jsonSchema).then((described) => ({ type: 'json', schema: described })),
  };
}

/** A schema of which the model can be told: Standard Schema itself only judges. */
export function describable(schema: LlmSchema, where: string): LlmSchema {
  const standard = schema['~standard'];
  if (standard.vendor === 'zod' || 'jsonSchema' in standard) return schema;
  throw new LlmConfigurationError(
    `The schema of ${where} (${standard.vendor}) cannot describe itself as JSON Schema. Wrap it: withJsonSchema(schema, { … }).`,
    { details: { where, vendor: standard.vendor } },
  );
}

export type ReadValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: 'not-json' | 'not-the-schema'; readonly paths: readonly string[] };

/** Some models put their JSON into a code block, whatever they are told. */
const FENCED = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/;

export async function readValue(text: string, schema: LlmSchema): Promise<ReadValue> {
  let json: unknown;
  try {
    json = JSON.parse(FENCED.exec(text)?.[1] ?? text);
  } catch {
    return { ok: false, problem: 'not-json', paths: [] };
  }
  const result = await schema['~standard'].validate(json);
  if (!result.issues) return { ok: true, value: result.value };
  return { ok: false, problem: 'not-the-schema', paths: result.issues.map(({ path }) => pathText(path ?? [])) };
}

type Path = readonly (PropertyKey | { readonly key: PropertyKey })[];

function pathText(path: Path): string {
  return path
    .map((segment) => (typeof segment === 'object' ? segment.key : segment))
    .reduce<string>((text, key) => {
      if (typeof key === 'number') return `${text}[${key}]`;
      return text === '' ? String(key) : `${text}.${String(key)}`;
    }, '');
}
