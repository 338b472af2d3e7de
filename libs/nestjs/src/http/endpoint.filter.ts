import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  EngineStateError,
  InstanceNotCancellableError,
  InstanceNotFoundError,
  RomancyError,
  type Logger,
} from '@romancy/core';
import { ROMANCY_LOGGER } from '../romancy.tokens.js';
import { ProblemException, type Problem } from './problem.exception.js';
import { ProblemFilter } from './problem.filter.js';

/** Answers whatever goes wrong on a route of the module as a problem document (RFC 9457). */
@Catch()
export class EndpointFilter implements ExceptionFilter {
  readonly #problems: ProblemFilter;

  constructor(
    adapterHost: HttpAdapterHost,
    @Inject(ROMANCY_LOGGER) private readonly logger: Logger,
  ) {
    this.#problems = new ProblemFilter(adapterHost);
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = problemOf(exception);
    if (problem.status === 500) this.logger.error('A request failed.', { error: exception });
    this.#problems.catch(exception instanceof ProblemException ? exception : new ProblemException(problem), host);
  }
}

function problemOf(exception: unknown): Problem {
  if (exception instanceof ProblemException) return exception.problem;
  if (exception instanceof InstanceNotFoundError) return of(404, 'No such instance', exception, 'instanceId');
  if (exception instanceof InstanceNotCancellableError)
    return of(409, 'The instance has ended already', exception, 'instanceId');
  if (exception instanceof EngineStateError) return of(503, 'Not available at the moment', exception);
  if (exception instanceof HttpException)
    return { status: exception.getStatus(), title: exception.message, errors: [] };
  return { status: 500, title: 'Internal error', detail: 'The request could not be carried out.', errors: [] };
}

function of(status: number, title: string, error: RomancyError, field?: string): Problem {
  const { message, code } = error;
  return { status, title, detail: message, code, errors: field === undefined ? [] : [{ field, message }] };
}
