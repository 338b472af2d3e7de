import { randomUUID } from 'node:crypto';
import {
  Body,
  Controller,
  HttpCode,
  Param,
  Post,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
  type Type,
} from '@nestjs/common';
import {
  EndpointFilter,
  ProblemException,
  RomancyError,
  WorkflowClient,
  WorkflowInspector,
  type DeliverReport,
  type RetryReport,
} from '@romancy/nestjs';
import { ActionBody } from '../api/body.js';
import { checkRecipient } from '../api/event-recipient.js';
import { StartableWorkflows } from '../workflows/startable-workflows.js';
import { ActionGate } from './action-gate.js';
import { OriginGate } from './origin-gate.js';
import type { ViewerRoute } from './route.js';

interface CancelOutcome {
  readonly instanceId: string;
  readonly cancelled: boolean;
  readonly problem?: string;
}

/** The controller of what can be done. */
export function createActionsController({ path, guards }: ViewerRoute): Type<object> {
  @UseFilters(EndpointFilter)
  @UseGuards(OriginGate, ...guards, ActionGate)
  @Controller({ path: `${path}/api`, version: VERSION_NEUTRAL })
  class ActionsController {
    constructor(
      private readonly client: WorkflowClient,
      private readonly workflows: StartableWorkflows,
      private readonly inspector: WorkflowInspector,
    ) {}

    @Post('instances')
    @HttpCode(201)
    async start(@Body() given: unknown): Promise<{ readonly instanceId: string }> {
      const body = new ActionBody(given);
      const name = body.text('workflow');
      const workflow = this.workflows.find(name);
      if (!workflow) {
        throw new ProblemException({
          status: 404,
          title: 'No such workflow',
          detail: `This application has no workflow "${name}".`,
        });
      }
      const instanceId = body.optionalText('instanceId');
      const options = instanceId === undefined ? {} : { instanceId, onConflict: 'fail' as const };
      const start = this.client.start.bind(this.client) as Start;
      const handle = await start(workflow.type, body.value('input'), options);
      return { instanceId: handle.instanceId };
    }

    @Post('instances/cancel')
    @HttpCode(200)
    async cancelAll(@Body() given: unknown): Promise<{ readonly outcomes: readonly CancelOutcome[] }> {
      const body = new ActionBody(given);
      const reason = body.reason();
      const outcomes: CancelOutcome[] = [];
      for (const instanceId of body.ids()) outcomes.push(await this.#tryToCancel(instanceId, reason));
      return { outcomes };
    }

    @Post('instances/:id/cancel')
    @HttpCode(202)
    async cancel(@Param('id') id: string, @Body() given: unknown): Promise<{ readonly instanceId: string }> {
      await this.client.cancel(id, new ActionBody(given).reason());
      return { instanceId: id };
    }

    @Post('instances/:id/retry')
    @HttpCode(200)
    retry(@Param('id') id: string): Promise<RetryReport> {
      return this.client.retry(id);
    }

    @Post('events')
    @HttpCode(202)
    async send(@Body() given: unknown): Promise<DeliverReport & { readonly id: string }> {
      const body = new ActionBody(given);
      const id = body.optionalText('id') ?? randomUUID();
      const subject = body.optionalText('subject');
      const instanceId = body.optionalText('instanceId');
      const type = body.text('type');
      if (instanceId !== undefined) await checkRecipient(this.inspector, type, instanceId);
      const report = await this.client.deliver({
        id,
        source: body.optionalText('source') ?? '/romancy/viewer',
        type,
        ...(subject !== undefined && { subject }),
        ...(instanceId !== undefined && { romancyinstanceid: instanceId }),
        ...(body.has('data') && { data: body.value('data') }),
      });
      return { ...report, id };
    }

    async #tryToCancel(instanceId: string, reason: string | undefined): Promise<CancelOutcome> {
      try {
        await this.client.cancel(instanceId, reason);
        return { instanceId, cancelled: true };
      } catch (error) {
        if (!(error instanceof RomancyError)) throw error;
        return { instanceId, cancelled: false, problem: error.message };
      }
    }
  }
  return ActionsController;
}

/** The workflow is found by its name, so that its types are not known here; its schema judges the input. */
type Start = (workflow: unknown, input: unknown, options: object) => Promise<{ readonly instanceId: string }>;
