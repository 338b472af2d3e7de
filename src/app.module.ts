import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { RomancyModule } from '@romancy/nestjs';
import { RomancyViewerModule } from '@romancy/nestjs-viewer';
import { Configuration } from './configuration/configuration.js';
import { ConfigurationModule } from './configuration/configuration.module.js';
import { DatabaseModule } from './database/database.module.js';
import { ProblemDetailsFilter } from './http/problem-details.filter.js';
import { McpModule } from './mcp/mcp.module.js';
import { OrdersModule } from './orders/orders.module.js';

@Module({
  imports: [
    ConfigurationModule,
    DatabaseModule,
    RomancyModule.forRootAsync({
      inject: [Configuration],
      useFactory: ({ lease }: Configuration) => ({
        dataSource: 'default',
        serviceName: 'orders',
        leaseDuration: lease,
      }),
      // Whoever may place orders here may approve them: a shop on the open network would set `guards` as well.
      http: { events: true, health: true },
    }),
    RomancyViewerModule.forRoot({ title: 'Orders' }),
    OrdersModule,
    McpModule,
  ],
  providers: [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }],
})
export class AppModule {}
