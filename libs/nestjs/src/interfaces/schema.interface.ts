import type { StandardSchema } from '@romancy/core';

/** A class whose properties carry decorators of class-validator. */
export type ValidatedClass = abstract new (...args: never[]) => object;

/** What describes a value: a Standard Schema, or a class with the decorators of class-validator. */
export type ValueSchema = StandardSchema | ValidatedClass;
