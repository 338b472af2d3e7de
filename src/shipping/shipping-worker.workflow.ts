import { Workflow, type WorkflowContext } from '@romancy/nestjs';
import { parcels } from './parcels.js';
import { WarehouseActivities } from './warehouse.activities.js';

export interface ShippingWorker {
  readonly name: string;
  /** By all generations up to here. */
  readonly dispatched: number;
}

const PARCELS_PER_GENERATION = 10;

/** Takes parcel after parcel, for as long as there is a shop. Every tenth begins a new generation, so that the history stays short. */
@Workflow({ name: 'shipping_worker' })
export class ShippingWorkerWorkflow {
  constructor(private readonly warehouse: WarehouseActivities) {}

  async run({ name, dispatched }: ShippingWorker, ctx: WorkflowContext<ShippingWorker>): Promise<never> {
    for (let count = 1; count <= PARCELS_PER_GENERATION; count += 1) {
      const { data: parcel } = await ctx.receive(parcels);
      await this.warehouse.dispatch(parcel, name);
      ctx.setStage(`dispatched ${dispatched + count}`);
    }
    return ctx.recur({ name, dispatched: dispatched + PARCELS_PER_GENERATION });
  }
}
