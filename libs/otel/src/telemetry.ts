import { Inject, Injectable } from '@nestjs/common';
import { metrics, trace } from '@opentelemetry/api';
import { EngineExtensions } from '@romancy/nestjs';
import type { RomancyOtelOptions } from './interfaces/otel-options.interface.js';
import { WorkMetrics } from './metrics/work-metrics.js';
import { WorkflowMetrics } from './metrics/workflow-metrics.js';
import { ROMANCY_OTEL_OPTIONS, SCOPE } from './otel.tokens.js';
import { OtelTracing } from './tracing/otel-tracing.js';
import { WorkflowSpans } from './tracing/workflow-spans.js';

/** Adds traces and metrics to the engine of the application. */
@Injectable()
export class Telemetry {
  constructor(@Inject(ROMANCY_OTEL_OPTIONS) options: RomancyOtelOptions, extensions: EngineExtensions) {
    if (options.traces !== false) {
      const tracer = (options.tracerProvider ?? trace).getTracer(SCOPE);
      const spans = new WorkflowSpans(tracer);
      extensions.addHooks(spans);
      extensions.setTracing(new OtelTracing(tracer, spans));
    }
    if (options.metrics !== false) {
      const meter = (options.meterProvider ?? metrics).getMeter(SCOPE);
      extensions.addHooks(new WorkflowMetrics(meter));
      extensions.addHooks(new WorkMetrics(meter));
    }
  }
}
