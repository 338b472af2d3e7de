import { isTemplate, type Catalogue, type ResourcePage } from '../catalogue/catalogue.js';
import {
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
  type Resource,
  type ResourceTemplate,
} from '../sdk.js';
import type { ServerParts } from './server-parts.js';
import type { Subscriptions } from './subscriptions.js';

/** The protocol's code for a resource that does not exist. */
const RESOURCE_NOT_FOUND = -32_002;

/** @param subscriptions Undefined where nothing can be sent to the client by itself. */
export function handleResources(
  { server, catalogue, contextOf }: ServerParts,
  subscriptions: Subscriptions | undefined,
): void {
  server.setRequestHandler(ListResourcesRequestSchema, async ({ params }) => page(catalogue, params?.cursor));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: catalogue.resources
      .map(({ definition }) => definition)
      .filter((definition): definition is ResourceTemplate => isTemplate(definition)),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, extra) => {
    const found = catalogue.find(uri);
    const result = await found?.resource.read(uri, found.variables, contextOf(extra));
    if (!result) throw new McpError(RESOURCE_NOT_FOUND, `There is no resource ${JSON.stringify(uri)}.`, { uri });
    return result;
  });
  if (!subscriptions) return;
  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }) => {
    await subscriptions.add(server, uri);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    subscriptions.remove(server, uri);
    return {};
  });
}

/** The first page holds the resources that stand for themselves as well; the members of families follow, one family after the other. */
async function page(
  catalogue: Catalogue,
  cursor: string | undefined,
): Promise<{ resources: Resource[]; nextCursor?: string }> {
  const single = catalogue.resources
    .map(({ definition }) => definition)
    .filter((definition): definition is Resource => !isTemplate(definition));
  const family = catalogue.resources.find((resource) => resource.list !== undefined);
  const members: ResourcePage = (await family?.list?.(cursor)) ?? { resources: [] };
  const { nextCursor } = members;
  return {
    resources: [...(cursor === undefined ? single : []), ...members.resources],
    ...(nextCursor === undefined ? {} : { nextCursor }),
  };
}
