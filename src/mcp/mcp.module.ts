import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RomancyMcpModule } from '@romancy/nestjs-mcp';
import { StockItem } from '../stock/stock-item.entity.js';
import { OrderPrompts } from './order.prompts.js';
import { StockTools } from './stock.tools.js';

/** The shop for clients of the Model Context Protocol, at `/mcp` and over stdio (main.mcp.ts). */
@Module({
  imports: [
    TypeOrmModule.forFeature([StockItem]),
    RomancyMcpModule.forRoot({
      name: 'romancy-orders',
      version: '0.1.0',
      instructions:
        'A shop. Place an order with order_workflow_start, then wait for its outcome with order_workflow_result.',
    }),
  ],
  providers: [OrderPrompts, StockTools],
})
export class McpModule {}
