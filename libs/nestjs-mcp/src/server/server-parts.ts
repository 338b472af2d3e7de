import type { Catalogue } from '../catalogue/catalogue.js';
import type { Server } from '../sdk.js';
import type { Extra, RequestContext } from './request-context.js';

/** What the handlers of one server share. */
export interface ServerParts {
  readonly server: Server;
  readonly catalogue: Catalogue;
  readonly contextOf: (extra: Extra) => RequestContext;
}
