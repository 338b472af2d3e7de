import { ProblemException } from '@romancy/nestjs';

const LONGEST_REASON = 2000;
const MOST_IDS = 100;

/** The body of an action. */
export class ActionBody {
  readonly #body: Readonly<Record<string, unknown>>;

  /** @throws ProblemException for what is no JSON object */
  constructor(body: unknown) {
    if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) {
      throw refused('', 'must be a JSON object');
    }
    this.#body = (body ?? {}) as Readonly<Record<string, unknown>>;
  }

  value(name: string): unknown {
    return this.#body[name];
  }

  has(name: string): boolean {
    return this.#body[name] !== undefined;
  }

  text(name: string): string {
    const text = this.optionalText(name);
    if (text === undefined) throw refused(name, 'is missing');
    return text;
  }

  optionalText(name: string): string | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw refused(name, 'must be a text');
    return value;
  }

  reason(): string | undefined {
    const reason = this.optionalText('reason');
    if (reason !== undefined && reason.length > LONGEST_REASON) {
      throw refused('reason', `must have at most ${String(LONGEST_REASON)} characters`);
    }
    if (reason?.includes('\0') === true) throw refused('reason', 'must not hold NUL characters');
    return reason;
  }

  ids(): readonly string[] {
    const ids = this.#body['ids'];
    if (!Array.isArray(ids) || !ids.every((id): id is string => typeof id === 'string')) {
      throw refused('ids', 'must be a list of instance ids');
    }
    if (ids.length > MOST_IDS) throw refused('ids', `must hold at most ${String(MOST_IDS)} ids`);
    return [...new Set(ids)];
  }
}

function refused(field: string, message: string): ProblemException {
  const detail = field === '' ? `The body ${message}.` : `${field} ${message}.`;
  return new ProblemException({ status: 400, title: 'Invalid request', detail, errors: [{ field, message }] });
}
