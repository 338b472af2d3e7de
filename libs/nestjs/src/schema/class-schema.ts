import { createRequire } from 'node:module';
import type { MetadataStorage } from 'class-validator';
import type { ValidatedClass } from '../interfaces/schema.interface.js';

type JsonSchema = Readonly<Record<string, unknown>>;

interface Libraries {
  readonly describe: (type: ValidatedClass) => Record<string, unknown>;
  /** The class of a property that is validated as an object of its own. */
  readonly typeOf: (owner: ValidatedClass, property: string) => ValidatedClass | undefined;
}

const DEFINITIONS = '#/$defs/';

/** The JSON Schema of a class with the decorators of class-validator; the classes that it nests are in its `$defs`. */
export async function classSchema(root: ValidatedClass): Promise<JsonSchema> {
  const libraries = await load();
  const definitions = new Map<string, { readonly type: ValidatedClass; readonly schema: JsonSchema }>();
  const add = (type: ValidatedClass): void => {
    const known = definitions.get(type.name);
    if (known?.type === type) return;
    if (known) throw new Error(`two classes of the name ${type.name} are part of it`);
    const schema = libraries.describe(type);
    definitions.set(type.name, { type, schema });
    for (const property of Object.keys(schema['properties'] ?? {})) {
      const nested = libraries.typeOf(type, property);
      if (nested && isReferred(schema, nested.name)) add(nested);
    }
  };
  add(root);
  const schema = definitions.get(root.name)?.schema ?? {};
  // A class that refers to itself stays among the definitions.
  if (![...definitions.values()].some((entry) => isReferred(entry.schema, root.name))) definitions.delete(root.name);
  const nested = [...definitions].map(([name, entry]) => [name, entry.schema] as const);
  return nested.length > 0 ? { ...schema, $defs: Object.fromEntries(nested) } : schema;
}

function isReferred(schema: JsonSchema, name: string): boolean {
  return JSON.stringify(schema).includes(`"$ref":${JSON.stringify(DEFINITIONS + name)}`);
}

async function load(): Promise<Libraries> {
  const validator = await import('class-validator');
  const { targetConstructorToSchema } = await import('class-validator-jsonschema').catch((cause: unknown) => {
    throw new Error('classes are described by the package class-validator-jsonschema, which is not installed', {
      cause,
    });
  });
  // What @Type() has written; class-transformer hands it out here only, and without types.
  const require = createRequire(import.meta.url);
  const { defaultMetadataStorage } = require('class-transformer/cjs/storage.js') as {
    readonly defaultMetadataStorage: TransformerStorage;
  };
  const options = { refPointerPrefix: DEFINITIONS, classTransformerMetadataStorage: defaultMetadataStorage as never };
  return {
    describe: (type) => {
      const schema: Record<string, unknown> = { ...targetConstructorToSchema(type, options) };
      for (const { propertyName, each } of rulesOf(type, validator.getMetadataStorage())) {
        narrow(schema, propertyName, each);
      }
      return schema;
    },
    typeOf: (owner, property) => {
      const found = defaultMetadataStorage.findTypeMetadata(owner, property);
      const type = found?.typeFunction?.() ?? found?.reflectedType;
      return typeof type === 'function' ? (type as ValidatedClass) : undefined;
    },
  };
}

function rulesOf(
  type: ValidatedClass,
  storage: MetadataStorage,
): ReturnType<MetadataStorage['getTargetValidationMetadatas']> {
  return storage.getTargetValidationMetadatas(type, '', false, false).filter(({ name }) => name === 'isInt');
}

/** A limit beside @IsInt() makes a number of it again, in the order in which the package merges decorators. */
function narrow(schema: JsonSchema, property: string, each: boolean): void {
  const own = (schema['properties'] as Record<string, Record<string, unknown>> | undefined)?.[property];
  const target = (each ? own?.['items'] : own) as Record<string, unknown> | undefined;
  if (target?.['type'] === 'number') target['type'] = 'integer';
}

interface TransformerStorage {
  findTypeMetadata(
    target: unknown,
    property: string,
  ): { readonly typeFunction?: () => unknown; readonly reflectedType?: unknown } | undefined;
}
