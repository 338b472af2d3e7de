import { Inject, Injectable } from '@nestjs/common';
import { toMilliseconds } from '@romancy/core';
import { WorkflowClient } from '@romancy/nestjs';
import type { ToolPlan } from '../catalogue/tool.js';
import type { RomancyMcpOptions } from '../interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from '../mcp.tokens.js';
import { cancelTool } from './cancel-tool.js';
import type { ExposedWorkflow } from './exposed-workflow.js';
import { InstanceLookup } from './instance-lookup.js';
import { ProgressReader } from './instance-progress.js';
import { resultTool } from './result-tool.js';
import { startTool } from './start-tool.js';
import { statusTool } from './status-tool.js';

/** Makes the four tools of a workflow. */
@Injectable()
export class WorkflowTools {
  constructor(
    @Inject(ROMANCY_MCP_OPTIONS) private readonly options: RomancyMcpOptions,
    private readonly client: WorkflowClient,
    private readonly lookup: InstanceLookup,
    private readonly progress: ProgressReader,
  ) {}

  of(exposed: ExposedWorkflow): readonly ToolPlan[] {
    const { client, lookup, progress } = this;
    const { maxWait = '5m', progressInterval = '1s' } = this.options;
    const limits = { longest: toMilliseconds(maxWait), interval: toMilliseconds(progressInterval) };
    return [
      startTool(exposed, client),
      statusTool(exposed, lookup, progress),
      resultTool(exposed, { client, lookup, progress, limits }),
      cancelTool(exposed, lookup, client),
    ];
  }
}
