import {
  Controller,
  Get,
  Header,
  Param,
  Query,
  Req,
  Res,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EndpointFilter, ProblemException, WorkflowInspector, WorkflowLoops } from '@romancy/nestjs';
import { numberOf, textOf, toFilter, type QueryValues } from '../api/query.js';
import { isKnownTag, tagOf } from '../api/entity-tag.js';
import { StartableWorkflows } from '../workflows/startable-workflows.js';
import { OriginGate } from './origin-gate.js';
import type { ViewerRoute } from './route.js';

/** A longer page than the inspector gives would look like the last one. */
const MOST_ROWS = 500;

interface Request {
  readonly headers: { readonly 'if-none-match'?: string };
}

/** The controller of what can be read. */
export function createReadingController({ path, guards }: ViewerRoute): Type<object> {
  @UseFilters(EndpointFilter)
  @UseGuards(OriginGate, ...guards)
  @Controller({ path: `${path}/api`, version: VERSION_NEUTRAL })
  class ReadingController {
    constructor(
      private readonly inspector: WorkflowInspector,
      private readonly workflows: StartableWorkflows,
      private readonly loops: WorkflowLoops,
      private readonly adapterHost: HttpAdapterHost,
    ) {}

    @Get('instances')
    async list(@Query() query: QueryValues, @Req() request: Request, @Res() response: object): Promise<void> {
      this.#answer(request, response, await this.inspector.list(toFilter(query)));
    }

    @Get('instances/:id')
    async get(@Param('id') id: string, @Req() request: Request, @Res() response: object): Promise<void> {
      const detail = await this.inspector.get(id);
      if (!detail) throw unknown(id);
      this.#answer(request, response, detail);
    }

    @Get('instances/:id/history')
    async history(
      @Param('id') id: string,
      @Query() query: QueryValues,
      @Req() request: Request,
      @Res() response: object,
    ): Promise<void> {
      const limit = Math.min(Math.max(numberOf(query, 'limit') ?? 100, 1), MOST_ROWS);
      const items = await this.inspector.history(id, { afterId: numberOf(query, 'afterId') ?? 0, limit });
      this.#answer(request, response, { items, nextAfterId: items.length < limit ? null : (items.at(-1)?.id ?? null) });
    }

    @Get('instances/:id/source')
    @Header('cache-control', 'no-store')
    async source(@Param('id') id: string): Promise<{ readonly source: string | null }> {
      return { source: (await this.inspector.source(id)) ?? null };
    }

    @Get('overview')
    @Header('cache-control', 'no-store')
    async overview(): Promise<object> {
      const loops = this.loops.list().map(({ name, intervalMs }) => ({ name, intervalMs }));
      return { ...(await this.inspector.overview()), loops };
    }

    @Get('workflows')
    @Header('cache-control', 'no-store')
    async startable(@Query() query: QueryValues): Promise<object> {
      const name = textOf(query, 'name');
      const workflows = await this.workflows.list();
      return { workflows: workflows.filter((each) => name === undefined || each.name === name) };
    }

    /** With a tag, so that who asks again and again is told in a few bytes that nothing has changed. */
    #answer(request: Request, response: object, body: object): void {
      const { httpAdapter } = this.adapterHost;
      const text = JSON.stringify(body);
      const tag = tagOf(text);
      const headers = {
        etag: tag,
        'cache-control': 'private, no-cache',
        'content-type': 'application/json; charset=utf-8',
      };
      for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
      if (isKnownTag(request.headers['if-none-match'], tag)) httpAdapter.reply(response, '', 304);
      else httpAdapter.reply(response, text, 200);
    }
  }
  return ReadingController;
}

export function unknown(id: string): ProblemException {
  return new ProblemException({ status: 404, title: 'No such instance', detail: `There is no instance ${id}.` });
}
