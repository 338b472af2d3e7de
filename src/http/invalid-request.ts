import { ProblemException } from '@romancy/nestjs';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** 400 that names each field which is wrong. */
export function invalidRequest(errors: readonly FieldError[]): ProblemException {
  const detail = `Correct ${errors.map(({ field }) => field).join(', ')} and send the request again.`;
  return new ProblemException({ status: 400, title: 'Invalid request', detail, errors });
}
