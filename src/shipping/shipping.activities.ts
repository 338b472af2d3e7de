import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Activity, TerminalError } from '@romancy/nestjs';
import { Repository } from 'typeorm';
import { Confirmation } from './confirmation.entity.js';
import { Shipment } from './shipment.entity.js';

/** What the carrier is asked to transport. */
export interface Consignment {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly email: string;
}

@Injectable()
export class ShippingActivities {
  constructor(
    @InjectRepository(Shipment) private readonly shipments: Repository<Shipment>,
    @InjectRepository(Confirmation) private readonly confirmations: Repository<Confirmation>,
  ) {}

  /** The carrier refuses parcels for `undeliverable@`: by then the customer has paid, so the money goes back. */
  @Activity()
  async ship({ orderId, sku, quantity, email }: Consignment): Promise<{ shipmentId: string }> {
    if (email.startsWith('undeliverable@')) {
      throw new TerminalError(`The carrier found no address for ${email}.`, { code: 'UNDELIVERABLE' });
    }
    const shipmentId = randomUUID();
    await this.shipments.insert({ id: shipmentId, orderId, sku, quantity, shippedAt: new Date().toISOString() });
    return { shipmentId };
  }

  @Activity()
  async confirm(orderId: string, email: string): Promise<{ confirmationId: string }> {
    const confirmationId = randomUUID();
    const confirmedAt = new Date().toISOString();
    await this.confirmations.insert({ id: confirmationId, orderId, email, confirmedAt });
    return { confirmationId };
  }
}
