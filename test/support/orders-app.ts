import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request, { type Response } from 'supertest';
import type { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { Configuration } from '../../src/configuration/configuration.js';
import type { Order } from '../../src/orders/order.js';
import type { OrderView } from '../../src/orders/order.view.js';
import { eventually } from './eventually.js';
import { freshDatabase, type DatabaseKind } from './test-databases.js';

const ENDED: readonly string[] = ['completed', 'failed', 'cancelled'];

/** The example application on a database of its own, and what the specs do with it. */
export class OrdersApp {
  private constructor(
    readonly nest: INestApplication<Server>,
    /** A connection beside those of the application. */
    readonly database: DataSource,
    readonly close: () => Promise<void>,
  ) {}

  /** @param environment settings beside the database */
  static async start(kind: DatabaseKind, environment: NodeJS.ProcessEnv = {}): Promise<OrdersApp> {
    const fresh = await freshDatabase(kind);
    const testing = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(Configuration)
      .useValue(new Configuration({ ...environment, DATABASE_URL: fresh.url }))
      .compile();
    const nest = testing.createNestApplication<INestApplication<Server>>({ logger: false });
    await nest.listen(0);
    const database = await fresh.connect();
    return new OrdersApp(nest, database, async () => {
      await nest.close();
      await database.destroy();
      await fresh.drop();
    });
  }

  post(body: unknown): request.Test {
    return request(this.nest.getHttpServer())
      .post('/orders')
      .set('content-type', 'application/json')
      .send(typeof body === 'string' ? body : JSON.stringify(body));
  }

  get(path: string): request.Test {
    return request(this.nest.getHttpServer()).get(path);
  }

  async place(order: Partial<Order> & { readonly orderId: string }): Promise<Response> {
    return this.post({ sku: 'widget', quantity: 1, amount: 20, email: 'ada@shop.example', ...order });
  }

  /** Delivers a CloudEvent in structured mode. */
  async deliver(event: { readonly id: string; readonly type: string; readonly data: unknown }): Promise<Response> {
    return request(this.nest.getHttpServer())
      .post('/events')
      .set('content-type', 'application/cloudevents+json')
      .send(JSON.stringify({ specversion: '1.0', source: '/back-office', ...event }));
  }

  async view(orderId: string): Promise<OrderView> {
    const { body, status } = await this.get(`/orders/${encodeURIComponent(orderId)}`);
    if (status !== 200) throw new Error(`GET /orders/${orderId} answered ${status}`);
    return body as OrderView;
  }

  async reaches(orderId: string, stage: string): Promise<OrderView> {
    return eventually(`stage "${stage}" of order ${orderId}`, async () => {
      const view = await this.view(orderId);
      return view.stage === stage && view;
    });
  }

  async outcome(orderId: string): Promise<OrderView> {
    return eventually(`an end of order ${orderId}`, async () => {
      const view = await this.view(orderId);
      return ENDED.includes(view.status) && view;
    });
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return this.database.query(sql);
  }

  async stockOf(sku: string): Promise<number> {
    const [row] = await this.rows(`SELECT available FROM stock WHERE sku = '${sku}'`);
    return Number(row!['available']);
  }
}
