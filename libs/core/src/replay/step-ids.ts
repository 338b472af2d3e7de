import { StepIdError } from '../errors/step-id-error.js';

export interface StepIdRules {
  /** Longest id in characters; null for no limit. */
  readonly maxLength: number | null;
  /** Ids that differ only in case, accents or the like are one key in the database. */
  readonly foldCase: boolean;
}

const RESERVED = ['$', 'compensation:'];
/** Rows of the engine about a step have its id behind a prefix such as `$retry:`. */
const PREFIX_ROOM = 8;

/** Of such an id only the case is folded. */
const PLAIN = /^[\x21-\x7e]*$/;
/** NUL, and halves of surrogate pairs: refused or changed by some databases. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/** Hands out the step ids of one instance: `name:n`, or `name:=key` (E3, E3a). */
export class StepIds {
  readonly #counters = new Map<string, number>();
  readonly #taken = new Map<string, string>();

  constructor(private readonly rules: StepIdRules) {}

  next(name: string, key: string | undefined): string {
    if (key === undefined) {
      const count = (this.#counters.get(name) ?? 0) + 1;
      if (count === 1) this.#checkName(name);
      this.#counters.set(name, count);
      return this.#claim(`${name}:${String(count)}`);
    }
    this.#checkName(name);
    if (key === '')
      throw new StepIdError(`The key of step "${name}" is empty. Give it a text that is unique among its calls.`, {
        stepId: name,
      });
    return this.#claim(`${name}:=${key}`);
  }

  /** A text for people, cut to what the database takes. */
  fit(text: string): string {
    const { maxLength } = this.rules;
    const cut = maxLength !== null && text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
    return cut.replace(UNSTORABLE, '\u{fffd}');
  }

  #checkName(name: string): void {
    if (name === '' || RESERVED.some((prefix) => name.startsWith(prefix))) {
      throw new StepIdError(
        `"${name}" cannot be the name of a step: it must not be empty nor begin with "$" or "compensation:", which mark rows of the engine.`,
        { stepId: name },
      );
    }
  }

  #claim(id: string): string {
    const { foldCase } = this.rules;
    const room = (this.rules.maxLength ?? Infinity) - PREFIX_ROOM;
    if (id.length > room) {
      throw new StepIdError(
        `The step id "${id.slice(0, 40)}…" has ${String(id.length)} characters; this database has room for ${String(room)}. Shorten the name or the key.`,
        { stepId: id.slice(0, 300), maxLength: room },
      );
    }
    if (!PLAIN.test(id) && id.search(UNSTORABLE) >= 0) {
      throw new StepIdError(
        `The step id ${JSON.stringify(id)} holds a NUL character or half a surrogate pair, which databases change or refuse. Take it out of the name or the key.`,
        { stepId: id.replace(UNSTORABLE, '\u{fffd}') },
      );
    }
    const folded = foldCase ? fold(id) : id;
    const other = this.#taken.get(folded);
    if (other !== undefined) {
      throw new StepIdError(
        other === id
          ? `The step id "${id}" is used twice in one instance. Give each call its own key.`
          : `The step ids "${other}" and "${id}" differ only in case, accents or spaces at the end, which this database does not tell apart. Rename one.`,
        { stepId: id, other },
      );
    }
    this.#taken.set(folded, id);
    return id;
  }
}

/** A text that is equal for ids that a collation without case and accents may take for one. */
function fold(id: string): string {
  if (PLAIN.test(id)) return id.toLowerCase();
  const bare = id.normalize('NFKD').replace(/[\p{M}\p{Cc}\p{Cf}]/gu, '');
  return bare.toUpperCase().toLowerCase().trimEnd();
}
