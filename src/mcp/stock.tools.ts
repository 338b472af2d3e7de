import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { McpResource, McpTool } from '@romancy/nestjs-mcp';
import type { Repository } from 'typeorm';
import { z } from 'zod';
import { StockItem } from '../stock/stock-item.entity.js';

const question = z.object({ sku: z.string().describe('Article number, such as widget') });
const answer = z.object({ sku: z.string(), available: z.int().describe('Pieces that can be ordered') });

@Injectable()
export class StockTools {
  constructor(@InjectRepository(StockItem) private readonly items: Repository<StockItem>) {}

  @McpTool({
    name: 'stock_available',
    description: 'How many pieces of an article can be ordered. Ask before placing an order.',
    input: question,
    output: answer,
    annotations: { readOnlyHint: true, openWorldHint: false },
  })
  async available({ sku }: z.infer<typeof question>): Promise<z.infer<typeof answer>> {
    const item = await this.items.findOneBy({ sku });
    if (!item)
      throw new Error(`There is no article ${JSON.stringify(sku)}. Read stock://all for those that there are.`);
    return { sku, available: item.available };
  }

  @McpResource({ uri: 'stock://all', name: 'stock', description: 'All articles with the pieces that can be ordered.' })
  async all(): Promise<Record<string, number>> {
    const items = await this.items.find({ order: { sku: 'ASC' } });
    return Object.fromEntries(items.map(({ sku, available }) => [sku, available]));
  }
}
