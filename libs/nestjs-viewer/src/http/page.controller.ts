import { Controller, Get, Param, Req, Res, UseFilters, UseGuards, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EndpointFilter, ProblemException } from '@romancy/nestjs';
import { PageFiles, type PageFile } from '../page/page-files.js';
import { OriginGate } from './origin-gate.js';
import type { ViewerRoute } from './route.js';

/** Nothing from outside, nothing inline, in nobody's frame. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Request {
  readonly url: string;
  readonly originalUrl?: string;
}

/** The controller of the page itself. */
export function createPageController({ path, guards }: ViewerRoute): Type<object> {
  @UseFilters(EndpointFilter)
  @UseGuards(OriginGate, ...guards)
  @Controller({ path, version: VERSION_NEUTRAL })
  class PageController {
    constructor(
      private readonly files: PageFiles,
      private readonly adapterHost: HttpAdapterHost,
    ) {}

    @Get()
    page(@Req() request: Request, @Res() response: object): void {
      const [address = ''] = (request.originalUrl ?? request.url).split('?');
      // Relative to the directory of the address, so that a proxy may put the application anywhere.
      const root = address.endsWith('/') ? '' : `${address.split('/').at(-1) ?? ''}/`;
      this.#answer(response, this.files.page(root));
    }

    @Get('assets/:name')
    asset(@Param('name') name: string, @Res() response: object): void {
      const file = this.files.asset(name);
      if (!file) throw new ProblemException({ status: 404, title: 'No such file' });
      this.#answer(response, file);
    }

    #answer(response: object, { type, content }: PageFile): void {
      const { httpAdapter } = this.adapterHost;
      const headers = {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-cache',
      };
      for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
      httpAdapter.reply(response, content, 200);
    }
  }
  return PageController;
}
