import type { CheckedValue, SchemaIssue } from '@romancy/core';
import type * as transformer from 'class-transformer';
import type * as validator from 'class-validator';
import type { ValidatedClass } from '../interfaces/schema.interface.js';
import { ifInstalled } from '../runtime/optional-package.js';

/** Both packages are optional; a class as schema is refused at bootstrap without them. */
export async function loadValidators(): Promise<
  { readonly validator: typeof validator; readonly transformer: typeof transformer } | undefined
> {
  const [validators, transformers] = await Promise.all([
    ifInstalled(() => import('class-validator')),
    ifInstalled(() => import('class-transformer')),
  ]);
  return validators && transformers && { validator: validators, transformer: transformers };
}

/** As `ValidationPipe` with `whitelist` does: an object of the class, without properties that carry no decorator. */
export async function checkClass(type: ValidatedClass, value: unknown): Promise<CheckedValue> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { issues: [{ path: '', message: 'must be an object' }] };
  }
  const libraries = await loadValidators();
  if (!libraries) throw new TypeError(`${type.name} needs the packages class-validator and class-transformer.`);
  const object = libraries.transformer.plainToInstance(type as new () => object, value);
  const errors = await libraries.validator.validate(object, { whitelist: true, forbidUnknownValues: true });
  return errors.length > 0 ? { issues: errors.flatMap((error) => issuesOf(error, '')) } : { value: object };
}

function issuesOf(
  { property, constraints = {}, children = [] }: validator.ValidationError,
  parent: string,
): SchemaIssue[] {
  const path = parent === '' ? property : `${parent}.${property}`;
  const own = Object.values(constraints).map((message) => ({ path, message }));
  return [...own, ...children.flatMap((child) => issuesOf(child, path))];
}
