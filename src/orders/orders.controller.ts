import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  InstanceConflictError,
  InstanceNotFoundError,
  InvalidInstanceIdError,
  ProblemException,
  WorkflowClient,
} from '@romancy/nestjs';
import { invalidRequest } from '../http/invalid-request.js';
import { ValidatedBody } from '../http/validated-body.js';
import { instanceIdOf } from './order.js';
import { viewOf, type OrderView } from './order.view.js';
import { OrderWorkflow } from './order.workflow.js';
import { PlaceOrder } from './place-order.dto.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly workflows: WorkflowClient) {}

  /** Answers when the order is stored: from then on it reaches an end. Posted again, it is the same order, unchanged. */
  @Post()
  @HttpCode(202)
  async place(@ValidatedBody() order: PlaceOrder): Promise<{ instanceId: string }> {
    try {
      const options = { instanceId: instanceIdOf(order.orderId) };
      const { instanceId } = await this.workflows.start(OrderWorkflow, order, options);
      return { instanceId };
    } catch (error) {
      throw refusalOf(error);
    }
  }

  @Get(':orderId')
  async show(@Param('orderId') orderId: string): Promise<OrderView> {
    try {
      return viewOf(await this.workflows.handle(OrderWorkflow, instanceIdOf(orderId)).get());
    } catch (error) {
      if (!(error instanceof InstanceNotFoundError)) throw error;
      throw new ProblemException({ status: 404, title: 'Unknown order', detail: `There is no order "${orderId}".` });
    }
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof InvalidInstanceIdError) {
    return invalidRequest([{ field: 'orderId', message: `orderId: ${String(error.details['problem'])}` }]);
  }
  if (error instanceof InstanceConflictError) {
    return new ProblemException({ status: 409, title: 'Order id is taken', detail: error.message });
  }
  return error;
}
