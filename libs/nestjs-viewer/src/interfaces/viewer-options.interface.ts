import type { CanActivate, Type } from '@nestjs/common';

/** Options of {@link RomancyViewerModule.forRoot}. */
export interface RomancyViewerOptions {
  /** `true`: nothing can be started, sent, cancelled or retried through the page or its API (403). Default false. */
  readonly readOnly?: boolean;
  /** Shown as the title of the page. Default `'Romancy'`. */
  readonly title?: string;
  /**
   * Values of the `Origin` header whose pages may use the API, such as `'https://ops.example'`, beside pages of this server itself. Default: none.
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Values of the `Host` header that are answered (`'ops.example'`, any port). Default: every one over a network interface, and on the
   * loopback interface only names of this machine, because a foreign page could otherwise reach it by a name that it controls. Name the public host
   * where a proxy on this machine passes it on. `'*'`: every host.
   */
  readonly allowedHosts?: readonly string[] | '*';
}

/**
 * Provides the options where {@link RomancyViewerModule.forRootAsync} is given `useClass` or `useExisting`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class ViewerConfig implements RomancyViewerOptionsFactory {
 *   constructor(private readonly config: ConfigService) {}
 *   createRomancyViewerOptions(): RomancyViewerOptions {
 *     return { readOnly: this.config.get('STAGE') === 'production' };
 *   }
 * }
 * ```
 */
export interface RomancyViewerOptionsFactory {
  createRomancyViewerOptions(): RomancyViewerOptions | Promise<RomancyViewerOptions>;
}

/** What has to be known when the module is declared. */
export interface RomancyViewerExtras {
  /** Where the page is, below the application's global prefix. Default `'romancy'`. */
  readonly path?: string | undefined;
  /** Guards of the page and of its API. Default: none, and a warning at start. */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[] | undefined;
}
