import { Injectable, RequestMethod, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { Class } from '../../interfaces/metadata.interface.js';

/** A route of the module's own controllers. */
export interface OwnRoute {
  /** As its controller has it; a segment that begins with a colon stands for any. */
  readonly path: string;
  readonly version: string | typeof VERSION_NEUTRAL;
  /** Most bytes of its body. */
  readonly limit: number;
}

const MODULE_PATH = '__module_path__';

/**
 * Knows under which paths of the application the routes of the module are: behind the global prefix, the version and the path of the module, as
 * the router of Nest puts them together.
 */
@Injectable()
export class RouteMatcher {
  constructor(
    private readonly config: ApplicationConfig,
    private readonly modules: ModulesContainer,
  ) {}

  /** @param url of the request, as the adapter sees it */
  match(routes: readonly OwnRoute[], module: Class, url: string): OwnRoute | undefined {
    const asked = segmentsOf(url.split(/[?#]/, 1)[0] ?? '');
    return routes.find((route) => {
      const own = segmentsOf(this.#fullPath(route, module));
      return own.length === asked.length && own.every((part, index) => isSame(part, asked[index]));
    });
  }

  #fullPath({ path, version }: OwnRoute, module: Class): string {
    const { config } = this;
    const ofModule = (this.#metadata(module, MODULE_PATH + this.modules.applicationId) ??
      this.#metadata(module, MODULE_PATH) ??
      '') as string;
    const own = `/${[this.#version(version), ofModule, path].flatMap(segmentsOf).join('/')}`;
    const prefix = config.getGlobalPrefix();
    const { exclude = [] } = config.getGlobalPrefixOptions();
    const excluded = exclude.some(
      ({ pathRegex, requestMethod }) =>
        [RequestMethod.ALL, RequestMethod.POST].includes(requestMethod) && pathRegex.test(own),
    );
    return excluded ? own : `${prefix}/${own}`;
  }

  #version(version: OwnRoute['version']): string {
    const options = this.config.getVersioning();
    if (version === VERSION_NEUTRAL || options?.type !== VersioningType.URI) return '';
    const { prefix = 'v' } = options;
    return `${prefix === false ? '' : prefix}${version}`;
  }

  #metadata(module: Class, key: string): unknown {
    return Reflect.getMetadata(key, module);
  }
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function isSame(own: string, asked: string | undefined): boolean {
  return own.startsWith(':') || own.toLowerCase() === asked?.toLowerCase();
}
