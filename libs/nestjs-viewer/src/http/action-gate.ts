import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ProblemException } from '@romancy/nestjs';
import type { RomancyViewerOptions } from '../interfaces/viewer-options.interface.js';
import { ROMANCY_VIEWER_OPTIONS } from '../viewer.tokens.js';

/** A header that no form and no image can send, and no foreign script without being let in first. */
export const ACTION_HEADER = 'x-romancy-action';

interface Request {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Lets actions of this page, and of programs, through; not those that a form or an image of a foreign page makes a browser send. */
@Injectable()
export class ActionGate implements CanActivate {
  readonly #readOnly: boolean;

  constructor(@Inject(ROMANCY_VIEWER_OPTIONS) { readOnly = false }: RomancyViewerOptions) {
    this.#readOnly = readOnly;
  }

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<Request>();
    if (this.#readOnly) throw refused('This viewer only shows', 'It is configured with readOnly: true.');
    if (headers[ACTION_HEADER] === undefined) {
      throw refused(
        'The request does not come from this page',
        `Send the header ${ACTION_HEADER}: 1 with every action.`,
      );
    }
    return true;
  }
}

function refused(title: string, detail: string): ProblemException {
  return new ProblemException({ status: 403, title, detail });
}
