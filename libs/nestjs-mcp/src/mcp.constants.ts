/** Metadata keys. `Symbol.for`, so that two loaded copies of this package read each other's decorators. */
export const TOOL_METADATA = Symbol.for('romancy:mcp-tools');
export const PROMPT_METADATA = Symbol.for('romancy:mcp-prompts');
export const RESOURCE_METADATA = Symbol.for('romancy:mcp-resources');
