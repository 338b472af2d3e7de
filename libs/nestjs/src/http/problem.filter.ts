import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ProblemException } from './problem.exception.js';

/**
 * Answers a {@link ProblemException} as `application/problem+json`, on any HTTP platform of Nest.
 *
 * @example
 * ```ts
 * @UseFilters(ProblemFilter)
 * @Controller('orders')
 * export class OrdersController {}
 * ```
 */
@Catch(ProblemException)
export class ProblemFilter implements ExceptionFilter<ProblemException> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: ProblemException, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    httpAdapter.setHeader(response, 'content-type', 'application/problem+json');
    // As text: for an object, Nest 11 puts its own content type in place of this one.
    httpAdapter.reply(response, JSON.stringify(exception.problem), exception.problem.status);
  }
}
