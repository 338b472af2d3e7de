import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { OriginCheck, ProblemException } from '@romancy/nestjs';
import type { RomancyViewerOptions } from '../interfaces/viewer-options.interface.js';
import { ROMANCY_VIEWER_OPTIONS } from '../viewer.tokens.js';

/** Keeps out what foreign pages send, whether they want to see or to act: without guards, being on this machine would be all that it takes. */
@Injectable()
export class OriginGate implements CanActivate {
  readonly #check: OriginCheck;

  constructor(@Inject(ROMANCY_VIEWER_OPTIONS) { allowedOrigins, allowedHosts }: RomancyViewerOptions) {
    this.#check = new OriginCheck({ allowedOrigins, allowedHosts });
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Parameters<OriginCheck['problemOf']>[0]>();
    const detail = this.#check.problemOf(request);
    if (detail === undefined) return true;
    throw new ProblemException({ status: 403, title: 'The request comes from elsewhere', detail });
  }
}
