import type { Mistake } from '@romancy/nestjs';
import type { CatalogueResource } from '../catalogue/catalogue.js';
import { resourceContents } from '../catalogue/resource-contents.js';
import { UriPattern } from '../catalogue/uri-pattern.js';
import type { McpResourceAnswer, McpResourceOptions } from '../interfaces/resource-options.interface.js';
import { bound, completionsOf } from './bound-method.js';
import type { FoundMember } from './mcp.explorer.js';
import * as messages from './mcp.messages.js';

/** The resource, or the family of resources, of a decorated method; undefined when its URI cannot be one. */
export function buildResource(
  found: FoundMember<McpResourceOptions>,
  mistakes: Mistake[],
): CatalogueResource | undefined {
  const { where, method, options } = found;
  const { uri, name = method, title, description, mimeType } = options;
  const pattern = patternOf(where, uri, mistakes);
  if (!pattern) return undefined;
  const call = bound(found);
  const facts = {
    name,
    description,
    ...(title === undefined ? {} : { title }),
    ...(mimeType === undefined ? {} : { mimeType }),
  };
  return {
    definition: pattern.isTemplate ? { uriTemplate: uri, ...facts } : { uri, ...facts },
    completions: completionsOf(found, mistakes),
    match: (given) => pattern.match(given),
    read: async (given, variables, ctx) => {
      const answer = (await call(variables, ctx)) as McpResourceAnswer;
      return answer === undefined ? undefined : resourceContents(given, mimeType, answer);
    },
  };
}

function patternOf(where: string, uri: string, mistakes: Mistake[]): UriPattern | undefined {
  try {
    const pattern = new UriPattern(uri);
    new URL(pattern.expand(Object.fromEntries(pattern.variableNames.map((name) => [name, 'x']))));
    return pattern;
  } catch (error) {
    mistakes.push(messages.INVALID_URI(where, uri, error instanceof Error ? error.message : String(error)));
    return undefined;
  }
}
