import { RomancyError } from '@romancy/core';

/**
 * Base of the errors of this package. `instanceof` holds for errors that were rebuilt from history without being listed in the setting
 * `errors`, because it goes by their codes. None of them carries a prompt, an answer, a key, or the provider's own words.
 */
export abstract class LlmError extends RomancyError {
  /** Of every class that can be thrown. */
  static readonly code: string = '';

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
    if (!(value instanceof RomancyError)) return false;
    return this === (LlmError as unknown) ? value.code.startsWith('ROMANCY_LLM_') : value.code === this.code;
  }
}
