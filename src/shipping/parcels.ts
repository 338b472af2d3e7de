import { defineChannel } from '@romancy/nestjs';

/** Goods that are paid for and wait for somebody to carry them to the lorry. */
export interface Parcel {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** Every parcel goes to one shipping worker, whichever is free. */
export const parcels = defineChannel<Parcel>('parcels', { mode: 'competing' });
