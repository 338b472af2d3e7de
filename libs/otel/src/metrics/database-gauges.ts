import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Inject } from '@nestjs/common';
import {
  metrics,
  type BatchObservableCallback,
  type Meter,
  type Observable,
  type ObservableGauge,
} from '@opentelemetry/api';
import { EngineHost } from '@romancy/nestjs';
import type { RomancyOtelOptions } from '../interfaces/otel-options.interface.js';
import { ROMANCY_OTEL_OPTIONS, SCOPE } from '../otel.tokens.js';

/**
 * What the database knows: of all processes together, therefore told by one of them, the leader. It is asked once for each collection of metrics.
 */
@Injectable()
export class DatabaseGauges implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #stop: (() => void) | undefined;

  constructor(
    @Inject(ROMANCY_OTEL_OPTIONS) private readonly options: RomancyOtelOptions,
    private readonly host: EngineHost,
  ) {}

  onApplicationBootstrap(): void {
    if (this.options.metrics === false) return;
    const meter = (this.options.meterProvider ?? metrics).getMeter(SCOPE);
    const gauges = gaugesOf(meter);
    const all: Observable[] = Object.values(gauges);
    const observe: BatchObservableCallback = async (result) => {
      const engine = this.host.engineIfStarted;
      if (engine?.state !== 'started' || !engine.leads) return;
      const now = await engine.statistics();
      const seconds = (gauge: ObservableGauge, age: number | undefined): void => {
        result.observe(gauge, (age ?? 0) / 1000);
      };
      for (const { workflowName, status, count } of now.instances)
        result.observe(gauges.instances, count, { 'romancy.workflow_name': workflowName, 'romancy.status': status });
      result.observe(gauges.blocked, now.blocked);
      result.observe(gauges.outboxPending, now.outboxPending);
      seconds(gauges.resumableAge, now.oldestResumableAge);
      seconds(gauges.leaseAge, now.oldestLeaseAge);
      seconds(gauges.outboxLag, now.outboxLag);
    };
    meter.addBatchObservableCallback(observe, all);
    this.#stop = () => {
      meter.removeBatchObservableCallback(observe, all);
    };
  }

  beforeApplicationShutdown(): void {
    this.#stop?.();
  }
}

type Gauges = Readonly<
  Record<'instances' | 'blocked' | 'resumableAge' | 'leaseAge' | 'outboxPending' | 'outboxLag', ObservableGauge>
>;

function gaugesOf(meter: Meter): Gauges {
  const gauge = (name: string, description: string, unit?: string): ObservableGauge =>
    meter.createObservableGauge(name, { description, ...(unit === undefined ? {} : { unit }) });
  return {
    instances: gauge('romancy.workflow.instances', 'Instances that have not ended, by workflow and status.'),
    blocked: gauge('romancy.workflow.blocked_instances', 'Instances whose code does not fit their history.'),
    resumableAge: gauge('romancy.resumable.oldest_age', 'How long the oldest instance waits that could go on.', 's'),
    leaseAge: gauge('romancy.lease.oldest_age', 'How long the oldest lease is held.', 's'),
    outboxPending: gauge('romancy.outbox.pending', 'Events that were neither sent nor given up.'),
    outboxLag: gauge('romancy.outbox.lag', 'How long the oldest of them waits.', 's'),
  };
}
