import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { ROUTE, type ViewerRoute } from './route.js';

/** Warns of a page that anybody may use who reaches the process. */
@Injectable()
export class UnguardedPage implements OnApplicationBootstrap {
  constructor(
    @Inject(ROUTE) private readonly route: ViewerRoute,
    private readonly config: ApplicationConfig,
  ) {}

  onApplicationBootstrap(): void {
    const { config, route } = this;
    if (route.guards.length > 0 || config.getGlobalGuards().length > 0 || config.getGlobalRequestGuards().length > 0)
      return;
    new Logger('Romancy').warn(
      `The page /${route.path} has no guard: whoever reaches this process can read the inputs and results of workflows, and steer them.` +
        ' Set guards in RomancyViewerModule.forRoot.',
    );
  }
}
