import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { WorkflowClient } from '@romancy/nestjs';
import { Configuration } from '../configuration/configuration.js';
import { ShippingWorkerWorkflow } from './shipping-worker.workflow.js';

/** Sees to it that the workers are there: once for all processes, because their ids are fixed. One that has ended is replaced. */
@Injectable()
export class ShippingCrew implements OnApplicationBootstrap {
  constructor(
    private readonly workflows: WorkflowClient,
    private readonly configuration: Configuration,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const names = Array.from({ length: this.configuration.shippingWorkers }, (_, index) => `worker-${index + 1}`);
    await Promise.all(names.map((name) => this.#employ(name)));
  }

  async #employ(name: string): Promise<void> {
    const options = { instanceId: `shipping-${name}`, onConflict: 'restart-if-terminal' } as const;
    await this.workflows.start(ShippingWorkerWorkflow, { name, dispatched: 0 }, options);
  }
}
