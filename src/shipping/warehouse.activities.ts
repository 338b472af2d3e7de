import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Activity, retry } from '@romancy/nestjs';
import { Repository } from 'typeorm';
import { Dispatch } from './dispatch.entity.js';
import type { Parcel } from './parcels.js';

@Injectable()
export class WarehouseActivities {
  constructor(@InjectRepository(Dispatch) private readonly dispatches: Repository<Dispatch>) {}

  /** Nobody else has the parcel once a worker has taken it, so it is tried until it is on its way. */
  @Activity({ retry: retry.unlimited({ maxInterval: '1m' }) })
  async dispatch({ shipmentId, orderId, sku, quantity }: Parcel, worker: string): Promise<void> {
    const dispatchedAt = new Date().toISOString();
    await this.dispatches.insert({ id: randomUUID(), shipmentId, orderId, sku, quantity, worker, dispatchedAt });
  }
}
