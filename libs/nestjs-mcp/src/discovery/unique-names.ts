import type { Mistake } from '@romancy/nestjs';
import * as messages from './mcp.messages.js';

/** Names that clients know things by; each is taken once. */
export class UniqueNames {
  readonly #taken = new Map<string, string>();

  constructor(private readonly mistakes: Mistake[]) {}

  /** False, and reported, when the name is taken. */
  claim(kind: messages.Kind, name: string, where: string): boolean {
    const key = `${kind} ${name}`;
    const other = this.#taken.get(key);
    if (other !== undefined) this.refuse(messages.DUPLICATE_NAME(where, kind, name, other));
    else this.#taken.set(key, where);
    return other === undefined;
  }

  refuse(mistake: Mistake): void {
    this.mistakes.push(mistake);
  }
}
