import type { CanActivate, Type } from '@nestjs/common';

/** Where the page is, and who may see it. */
export interface ViewerRoute {
  /** Without slashes around it. */
  readonly path: string;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
}

export const ROUTE = Symbol('ROMANCY_VIEWER_ROUTE');
