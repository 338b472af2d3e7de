import { brandName } from '../errors/brand.js';
import { DuplicateErrorClassError } from '../errors/duplicate-error-class-error.js';
import { ERROR_CODES } from '../errors/error-codes.js';
import { RomancyError } from '../errors/romancy-error.js';

export type ErrorClass = abstract new (...args: never[]) => Error;

const BUILT_IN: readonly ErrorClass[] = [
  Error,
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
];

/**
 * Name under which a class is recorded. Classes of the framework have a prefix, so that an application may have a `TerminalError` of its own.
 * Empty for a class without a name.
 */
export function recordedClassName(errorClass: { readonly name: string }): string {
  return brandName(errorClass) ?? errorClass.name;
}

/** The error classes that recorded failures are rebuilt as: those of JavaScript, of the framework, and the application's own (E7). */
export class ErrorTypes {
  readonly #classes = new Map<string, ErrorClass>();

  constructor(ownClasses: readonly ErrorClass[] = []) {
    const framework = Object.values(ERROR_CODES).map((entry): ErrorClass => entry.errorClass);
    for (const errorClass of [...BUILT_IN, RomancyError, ...framework, ...ownClasses]) this.#add(errorClass);
  }

  /** The first class that is known here; `Error` where none is. */
  classOf(recordedNames: readonly string[]): ErrorClass {
    for (const name of recordedNames) {
      const known = this.#classes.get(name);
      if (known !== undefined) return known;
    }
    return Error;
  }

  #add(errorClass: ErrorClass): void {
    const name = recordedClassName(errorClass);
    const known = this.#classes.get(name);
    if (name === '' || (known !== undefined && known !== errorClass)) throw new DuplicateErrorClassError(name);
    this.#classes.set(name, errorClass);
  }
}
