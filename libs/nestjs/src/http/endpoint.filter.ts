import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  EngineStateError,
  InstanceNotCancellableError,
  InstanceConflictError,
  InstanceNotFoundError,
  InstanceNotRetryableError,
  InvalidEventError,
  InvalidInstanceIdError,
  PayloadTooLargeError,
  UnstorableValueError,
  RomancyError,
  type Logger,
} from '@romancy/core';
import { PageTokenError } from '@romancy/typeorm';
import { InvalidInputError } from '../errors/invalid-input.error.js';
import { ROMANCY_LOGGER } from '../romancy.tokens.js';
import { ProblemException, type Problem } from './problem.exception.js';
import { ProblemFilter } from './problem.filter.js';

/**
 * Answers whatever goes wrong on a route as a problem document (RFC 9457): errors of the framework with their code and the status that fits.
 *
 * @example
 * ```ts
 * @UseFilters(EndpointFilter)
 * @Controller('orders')
 * export class OrdersController {}
 * ```
 */
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

/** What is wrong with the request itself. */
const REFUSED = [InvalidEventError, InvalidInstanceIdError, PageTokenError, PayloadTooLargeError, UnstorableValueError];

function problemOf(exception: unknown): Problem {
  if (exception instanceof ProblemException) return exception.problem;
  if (exception instanceof InstanceNotFoundError) return of(404, 'No such instance', exception, 'instanceId');
  if (exception instanceof InstanceNotCancellableError)
    return of(409, 'The instance has ended already', exception, 'instanceId');
  if (exception instanceof InstanceNotRetryableError)
    return of(409, 'The instance cannot be tried again', exception, 'instanceId');
  if (exception instanceof InstanceConflictError) return of(409, 'The instance id is taken', exception, 'instanceId');
  if (exception instanceof InvalidInputError)
    return {
      ...of(400, 'Invalid input', exception),
      errors: exception.issues.map(({ path, message }) => ({ field: path, message })),
    };
  const refused = REFUSED.find((each) => exception instanceof each);
  if (refused) return of(400, 'Invalid request', exception as RomancyError);
  if (exception instanceof EngineStateError) return of(503, 'Not available at the moment', exception);
  if (exception instanceof HttpException)
    return { status: exception.getStatus(), title: exception.message, errors: [] };
  return { status: 500, title: 'Internal error', detail: 'The request could not be carried out.', errors: [] };
}

function of(status: number, title: string, error: RomancyError, field?: string): Problem {
  const { message, code } = error;
  return { status, title, detail: message, code, errors: field === undefined ? [] : [{ field, message }] };
}
