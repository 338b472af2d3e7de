import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Activity, CompensationFor, TerminalError, type Compensated } from '@romancy/nestjs';
import { MoreThanOrEqual, Repository } from 'typeorm';
import { Reservation } from './reservation.entity.js';
import { StockItem } from './stock-item.entity.js';

/** Transactional: what these write is committed together with the history of the order, exactly once. */
@Injectable()
export class StockActivities {
  constructor(
    @InjectRepository(StockItem) private readonly stock: Repository<StockItem>,
    @InjectRepository(Reservation) private readonly reservations: Repository<Reservation>,
  ) {}

  @Activity()
  async reserve(orderId: string, sku: string, quantity: number): Promise<{ reservationId: string }> {
    const enough = { sku, available: MoreThanOrEqual(quantity) };
    const { affected } = await this.stock.decrement(enough, 'available', quantity);
    if (affected !== 1) throw await this.#refusal(sku, quantity);
    const reservationId = randomUUID();
    await this.reservations.insert({ id: reservationId, orderId, sku, quantity });
    return { reservationId };
  }

  @CompensationFor('reserve')
  async release({ args: [, sku, quantity], result }: Compensated<StockActivities['reserve']>): Promise<void> {
    await this.reservations.update({ id: result.reservationId }, { releasedAt: new Date().toISOString() });
    await this.stock.increment({ sku }, 'available', quantity);
  }

  async #refusal(sku: string, quantity: number): Promise<TerminalError> {
    const item = await this.stock.findOneBy({ sku });
    if (!item) return new TerminalError(`There is no article "${sku}".`, { code: 'UNKNOWN_SKU' });
    const message = `${quantity} of "${sku}" were ordered, ${item.available} are left.`;
    return new TerminalError(message, { code: 'OUT_OF_STOCK' });
  }
}
