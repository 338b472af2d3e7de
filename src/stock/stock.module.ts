import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Reservation } from './reservation.entity.js';
import { StockItem } from './stock-item.entity.js';
import { StockActivities } from './stock.activities.js';

@Module({
  imports: [TypeOrmModule.forFeature([StockItem, Reservation])],
  providers: [StockActivities],
  exports: [StockActivities],
})
export class StockModule {}
