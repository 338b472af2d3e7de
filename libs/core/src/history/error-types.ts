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

/** The error classes that recorded failures are rebuilt as: those of JavaScript, of the framework, and the application's own (E7). */
export class ErrorTypes {
  readonly #prototypes = new Map<string, object>();

  constructor(ownClasses: readonly ErrorClass[] = []) {
    const framework = Object.values(ERROR_CODES).map((entry): ErrorClass => entry.errorClass);
    for (const errorClass of [...BUILT_IN, RomancyError, ...framework, ...ownClasses]) this.#add(errorClass);
  }

  /** Prototype of the first class that is known here; of `Error` where none is. */
  prototypeOf(classNames: readonly string[]): object {
    for (const name of classNames) {
      const prototype = this.#prototypes.get(name);
      if (prototype !== undefined) return prototype;
    }
    return Error.prototype;
  }

  #add(errorClass: ErrorClass): void {
    const prototype = errorClass.prototype as object;
    const known = this.#prototypes.get(errorClass.name);
    if (errorClass.name === '' || (known !== undefined && known !== prototype)) throw new DuplicateErrorClassError(errorClass.name);
    this.#prototypes.set(errorClass.name, prototype);
  }
}
