import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Receiver } from '../support/receiver.js';
import { CounterWorkflow, openShop } from '../support/shop.js';

interface Exported {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly Scoped[] }[];
  readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly Scoped[] }[];
}

interface Scoped {
  readonly scope: { readonly name: string };
  readonly spans?: readonly { readonly name: string; readonly traceId: string }[];
  readonly metrics?: readonly { readonly name: string }[];
}

describe('OTLP over HTTP', () => {
  it('brings spans and metrics to a collector', async () => {
    const collector = new Receiver();
    const url = await collector.start();
    const tracerProvider = new NodeTracerProvider({
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }))],
    });
    const exporter = new OTLPMetricExporter({ url: `${url}/v1/metrics` });
    const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
    const { app, client } = await openShop({ database: ':memory:' }, { tracerProvider, meterProvider });
    await client.execute(CounterWorkflow, 1);
    await app.close();
    await tracerProvider.shutdown();
    await meterProvider.shutdown();
    await collector.stop();
    const bodies = collector.received.map(({ path, body }) => ({ path, ...(JSON.parse(body) as Exported) }));
    const spans = bodies.flatMap(({ path, resourceSpans = [] }) =>
      path === '/v1/traces' ? resourceSpans.flatMap(({ scopeSpans }) => scopeSpans) : [],
    );
    expect(spans.map(({ scope }) => scope.name)).toEqual(['romancy']);
    expect(spans.flatMap((one) => one.spans?.map(({ name }) => name) ?? [])).toEqual([
      'start/counter',
      'workflow/counter',
    ]);
    const metrics = bodies.flatMap(({ path, resourceMetrics = [] }) =>
      path === '/v1/metrics' ? resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics) : [],
    );
    const names = metrics.flatMap((one) => one.metrics?.map(({ name }) => name) ?? []);
    expect(names).toEqual(expect.arrayContaining(['romancy.workflow.completed', 'romancy.commit.duration']));
  });
});
