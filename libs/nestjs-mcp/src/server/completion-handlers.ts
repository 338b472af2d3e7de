import type { Completion } from '../catalogue/catalogue.js';
import { isTemplate, type Catalogue } from '../catalogue/catalogue.js';
import { CompleteRequestSchema, ErrorCode, McpError } from '../sdk.js';
import type { ServerParts } from './server-parts.js';

/** The most that the protocol allows in one answer. */
const MOST = 100;

type Reference =
  { readonly type: 'ref/prompt'; readonly name: string } | { readonly type: 'ref/resource'; readonly uri: string };

export function handleCompletions({ server, catalogue }: ServerParts): void {
  server.setRequestHandler(CompleteRequestSchema, async ({ params: { ref, argument } }) => {
    const values = (await completionsOf(catalogue, ref).get(argument.name)?.(argument.value)) ?? [];
    return { completion: { values: values.slice(0, MOST), total: values.length, hasMore: values.length > MOST } };
  });
}

function completionsOf({ prompts, resources }: Catalogue, ref: Reference): ReadonlyMap<string, Completion> {
  const found =
    ref.type === 'ref/prompt'
      ? prompts.get(ref.name)
      : resources.find(
          ({ definition }) => (isTemplate(definition) ? definition.uriTemplate : definition.uri) === ref.uri,
        );
  if (found) return found.completions;
  throw new McpError(ErrorCode.InvalidParams, `There is nothing to complete under ${JSON.stringify(ref)}.`);
}
