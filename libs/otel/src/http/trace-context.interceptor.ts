import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { context, propagation, trace } from '@opentelemetry/api';
import { Observable } from 'rxjs';
import type { RomancyOtelOptions } from '../interfaces/otel-options.interface.js';
import { ROMANCY_OTEL_OPTIONS } from '../otel.tokens.js';

/**
 * Runs handlers of HTTP requests in the trace context that the request brings along, so that what they start, publish or emit belongs to the trace of
 * the caller. Where an instrumentation has made a span of the request already, that one counts.
 */
@Injectable()
export class TraceContextInterceptor implements NestInterceptor {
  constructor(@Inject(ROMANCY_OTEL_OPTIONS) private readonly options: RomancyOtelOptions) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.options.http === false || this.options.traces === false) return next.handle();
    const current = context.active();
    if (execution.getType() !== 'http' || trace.getSpan(current)) return next.handle();
    const { headers } = execution.switchToHttp().getRequest<{ readonly headers?: object }>();
    const caller = propagation.extract(current, headers ?? {});
    if (!trace.getSpanContext(caller)) return next.handle();
    return new Observable((subscriber) => context.with(caller, () => next.handle().subscribe(subscriber)));
  }
}
