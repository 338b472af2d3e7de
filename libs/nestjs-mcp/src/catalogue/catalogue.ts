import type { McpContext } from '../interfaces/mcp-context.interface.js';
import type {
  CallToolResult,
  GetPromptResult,
  Prompt,
  ReadResourceResult,
  Resource,
  ResourceTemplate,
  Tool,
} from '../sdk.js';

export interface CatalogueTool {
  readonly definition: Tool;
  /** Never rejects for what the tool itself has to say: that is a result with `isError`. */
  call(args: Readonly<Record<string, unknown>>, ctx: McpContext): Promise<CallToolResult>;
}

/** Proposes values for an argument of which a part has been typed. */
export type Completion = (value: string) => Promise<readonly string[]>;

export interface CataloguePrompt {
  readonly definition: Prompt;
  get(args: Readonly<Record<string, string>>, ctx: McpContext): Promise<GetPromptResult>;
  readonly completions: ReadonlyMap<string, Completion>;
}

export interface ResourcePage {
  readonly resources: readonly Resource[];
  readonly nextCursor?: string;
}

/** One resource, or a family of them under a template. */
export interface CatalogueResource {
  readonly definition: Resource | ResourceTemplate;
  /** Variables of a URI that belongs to it; undefined for every other one. */
  match(uri: string): Readonly<Record<string, string>> | undefined;
  /** Undefined when there is no such resource. */
  read(
    uri: string,
    variables: Readonly<Record<string, string>>,
    ctx: McpContext,
  ): Promise<ReadResourceResult | undefined>;
  readonly completions: ReadonlyMap<string, Completion>;
  /** Members of a family, where they can be listed. */
  list?(cursor: string | undefined): Promise<ResourcePage>;
  /** Something that differs when the resource has changed, where that can be seen by looking. */
  version?(variables: Readonly<Record<string, string>>): Promise<string | undefined>;
}

/** Everything that the server offers; complete from the application's bootstrap on, the same for every client. */
export class Catalogue {
  readonly tools = new Map<string, CatalogueTool>();
  readonly prompts = new Map<string, CataloguePrompt>();
  readonly resources: CatalogueResource[] = [];

  /** The resource that a URI belongs to, with the variables of its template. */
  find(
    uri: string,
  ): { readonly resource: CatalogueResource; readonly variables: Readonly<Record<string, string>> } | undefined {
    for (const resource of this.resources) {
      const variables = resource.match(uri);
      if (variables) return { resource, variables };
    }
    return undefined;
  }
}

export function isTemplate(definition: Resource | ResourceTemplate): definition is ResourceTemplate {
  return 'uriTemplate' in definition;
}
