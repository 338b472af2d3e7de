/** What the pages speak of without showing it. */
import type {
  ActivityContext,
  EventDefinition,
  WorkflowClient,
  WorkflowInspector,
  WorkflowContext,
  WorkflowHandle,
} from '@romancy/nestjs';
import type { DurableAgent, Llm } from '@romancy/nestjs-llm';
import type { RecordedHistory, RomancyTest } from '@romancy/testing';
import type { StorageSubject } from '@romancy/testing/contract';
import type { CanActivate, INestApplicationContext } from '@nestjs/common';
import type { LanguageModel } from 'ai';
import type { DataSource, EntityManager } from 'typeorm';
import type { z as zod } from 'zod';

export { z } from 'zod';

export interface OrderInput {
  readonly orderId: string;
  readonly sku: string;
  readonly amount: number;
}
export interface OrderResult {
  readonly orderId: string;
  readonly chargeId: string;
}
export interface Charge {
  readonly chargeId: string;
}
export interface Shipment {
  readonly at: Date;
}
export declare class Order {
  id: string;
  orderId: string;
  customerId: string;
  sku: string;
  amount: number;
}
export declare class Hold {
  id: number;
  sku: string;
}

export declare class Pager {
  alarm(text: string): Promise<void>;
}
export declare class PaymentGateway {
  charge(orderId: string, amount: number, options?: { key: string; signal: AbortSignal }): Promise<Charge>;
  refund(chargeId: string): Promise<void>;
}
export declare class PaymentActivities {
  constructor(gateway: PaymentGateway, activity: ActivityContext);
  charge(orderId: string, amount: number): Promise<Charge>;
  refund(chargeId: string): Promise<void>;
}
export declare class StockActivities {
  reserve(sku: string): Promise<{ holdId: number }>;
}
export declare class OrderWorkflow {
  run(order: OrderInput, ctx: WorkflowContext<OrderInput>): Promise<OrderResult>;
}
export declare class ParcelWorkflow {
  run(parcelId: string, ctx: WorkflowContext<string>): Promise<{ tracking: string; days: number }>;
}
export declare class Carrier {
  collect(parcelId: string): Promise<string>;
}
export declare class TicketWorkflow {
  run(ticket: string, ctx: WorkflowContext<string>): Promise<string>;
}
export declare class StockService {
  count(sku: string): Promise<number>;
  find(sku: string): Promise<{ readonly sku: string; readonly left: number } | undefined>;
  orderIds(part: string): Promise<string[]>;
}
export declare class ReportActivities {
  send(day: number): Promise<void>;
}
export declare class ShippingWorkerWorkflow {
  run(state: { dispatched: number }, ctx: WorkflowContext<{ dispatched: number }>): Promise<never>;
}
export declare class AppModule {}
export declare class AuthModule {}
export declare class ApiKeyGuard implements CanActivate {
  canActivate(): boolean;
}
export declare class BearerGuard implements CanActivate {
  canActivate(): boolean;
}
export declare class ValidationError extends Error {}

/** Of @nestjs/config, which is no dependency here. */
export declare class ConfigModule {}
export declare class ConfigService {
  getOrThrow(name: string): string;
}

export declare const orderPaid: EventDefinition<{ orderId: string; sum: number }>;
export declare const Triage: zod.ZodObject<{ topic: zod.ZodString }>;
export declare const ticket: string;
export declare const ticketId: string;
export declare const question: string;
export declare const customerId: string;
export declare const llm: Llm;
/** Of a provider's package that is no dependency here. */
export declare function bedrock(model: string): LanguageModel;
export declare const order: Order;
export declare const hold: Hold;
export declare const stockReserved: EventDefinition<{ holdId: number }>;
export declare const orderPlaced: EventDefinition<OrderInput>;
export declare const client: WorkflowClient;
export declare const manager: EntityManager;
export declare function token(): Promise<string>;
export declare const url: string;
export declare const app: INestApplicationContext;
export declare const ctx: WorkflowContext<OrderInput>;
export declare const workflows: WorkflowClient;
export declare const handle: WorkflowHandle<OrderResult>;
export declare const gateway: PaymentGateway;
export declare const activityContext: ActivityContext;
export declare const carrier: { calls: string[]; failures: number };
export declare const romancy: RomancyTest;
export declare const history: RecordedHistory;
export declare const response: Response;
export declare function openMyDatabase(): Promise<StorageSubject>;

/** A class of which a page shows some members or statements. */
export declare class Surroundings {
  protected readonly workflows: WorkflowClient;
  protected readonly inspector: WorkflowInspector;
  protected readonly activity: ActivityContext;
  protected readonly dataSource: DataSource;
  protected readonly gateway: PaymentGateway;
  protected readonly payment: PaymentActivities;
  protected readonly stock: StockActivities;
  protected readonly llm: Llm;
  protected readonly agent: DurableAgent<{ readonly customerId: string }>;
  protected readonly screen: { show(ticketId: string, attempt: number | undefined, text: string): void };
  charge(orderId: string, amount: number): Promise<Charge>;
}
