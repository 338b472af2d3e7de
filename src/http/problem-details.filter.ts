import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, Injectable, Logger, type ArgumentsHost } from '@nestjs/common';
import { ProblemException, ProblemFilter, type Problem } from '@romancy/nestjs';

/** Answers every error as `application/problem+json`. */
@Injectable()
@Catch()
export class ProblemDetailsFilter extends ProblemFilter {
  readonly #logger = new Logger(ProblemDetailsFilter.name);

  override catch(exception: unknown, host: ArgumentsHost): void {
    const problem = exception instanceof ProblemException ? exception : new ProblemException(problemOf(exception));
    if (problem.getStatus() >= 500) this.#logger.error(exception);
    super.catch(problem, host);
  }
}

function problemOf(exception: unknown): Problem {
  const status = statusOf(exception);
  const title = STATUS_CODES[status] ?? 'Error';
  if (status >= 500 || !(exception instanceof Error)) return { status, title };
  return { status, title, detail: exception.message };
}

/** Nest has its own exceptions; what reads the body throws errors with a `statusCode`. */
function statusOf(exception: unknown): number {
  if (exception instanceof HttpException) return exception.getStatus();
  if (exception instanceof URIError) return 400;
  const { statusCode } = (exception ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : 500;
}
