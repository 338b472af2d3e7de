import type { RawRequest } from '../raw/raw-requests.js';
import { ProblemException, type ProblemField } from '../problem.exception.js';

const LONGEST_REASON = 2000;

/** The reason in the body, which may be left out; a body that is something else is refused. */
export function reasonOf({ body }: RawRequest): string | undefined {
  if (body.kind === 'too-large') {
    throw new ProblemException({
      status: 413,
      title: 'Payload too large',
      errors: [{ field: '', message: 'is too large' }],
    });
  }
  if (body.bytes.length === 0) return undefined;
  const given = parse(body.bytes);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refused('', 'must be a JSON object, for example {"reason": "customer asked"}');
  const { reason } = given as { readonly reason?: unknown };
  if (reason === undefined || reason === null) return undefined;
  if (typeof reason !== 'string') throw refused('reason', 'must be a text');
  if (reason.length > LONGEST_REASON) throw refused('reason', `must have at most ${String(LONGEST_REASON)} characters`);
  if (reason.includes('\0')) throw refused('reason', 'must not hold NUL characters');
  return reason;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refused('', 'must be JSON in UTF-8');
  }
}

function refused(field: ProblemField['field'], message: string): ProblemException {
  return new ProblemException({ status: 400, title: 'Invalid request', errors: [{ field, message }] });
}
