import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  EngineStateError,
  EntryConflictError,
  InvalidChannelError,
  InvalidEventError,
  InvalidInstanceIdError,
  PayloadTooLargeError,
  UnstorableValueError,
  type Logger,
} from '@romancy/core';
import { ROMANCY_LOGGER } from '../../romancy.tokens.js';
import { BodyTooLarge, UnsupportedMedia } from './unsupported-media.js';

interface Answer {
  readonly status: number;
  readonly error: string;
  readonly error_type: string;
  readonly retryable: boolean;
  readonly issues?: readonly unknown[];
}

/** Names and values that the database cannot hold. */
const REFUSALS = [UnstorableValueError, InvalidChannelError, InvalidInstanceIdError];
const RETRY_AFTER_SECONDS = '5';

/** Answers whatever goes wrong on the route of events in the form of the family: `{ error, error_type, retryable }`. */
@Catch()
export class EventsFilter implements ExceptionFilter {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(ROMANCY_LOGGER) private readonly logger: Logger,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    const { status, ...body } = answerOf(exception);
    if (status === 500) this.logger.error('An event could not be stored.', { error: exception });
    if (status === 413) httpAdapter.setHeader(response, 'connection', 'close');
    if (status === 503) httpAdapter.setHeader(response, 'retry-after', RETRY_AFTER_SECONDS);
    httpAdapter.setHeader(response, 'content-type', 'application/json; charset=utf-8');
    httpAdapter.reply(response, JSON.stringify(body), status);
  }
}

function answerOf(exception: unknown): Answer {
  if (exception instanceof InvalidEventError) {
    const { message: error, errorType, issues } = exception;
    return { status: 400, error, error_type: errorType, retryable: false, issues };
  }
  if (exception instanceof UnsupportedMedia) return refused(415, 'UnsupportedMediaType', exception.message);
  if (exception instanceof BodyTooLarge || exception instanceof PayloadTooLargeError)
    return refused(413, 'PayloadTooLarge', exception.message);
  if (REFUSALS.some((refusal) => exception instanceof refusal))
    return refused(400, 'ValidationError', (exception as Error).message);
  if (exception instanceof EntryConflictError && exception.conflict === 'value')
    return refused(400, 'ValidationError', 'the database cannot hold the event');
  if (exception instanceof EngineStateError)
    return { ...refused(503, 'Unavailable', 'events are not accepted at the moment'), retryable: true };
  if (exception instanceof HttpException) return ofHttp(exception);
  return { ...refused(500, 'StorageError', 'the event could not be stored; send it again'), retryable: true };
}

/** What guards and interceptors of the application throw. */
function ofHttp(exception: HttpException): Answer {
  const status = exception.getStatus();
  const later = status >= 500 || status === 408 || status === 429;
  return { status, error: exception.message, error_type: exception.name, retryable: later };
}

function refused(status: number, errorType: string, error: string): Answer {
  return { status, error, error_type: errorType, retryable: false };
}
