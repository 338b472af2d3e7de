import { Engine, InstanceNotFoundError, Registry, type DefinitionRow, type EngineApi } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/**
 * An engine that runs nothing: what it stores, a worker finds. The code of the workflow is not here, only its newest definition, as some
 * application has written it.
 */
export async function steer<T>(
  storage: TypeOrmStorage,
  workflowName: string | undefined,
  work: (engine: EngineApi) => Promise<T>,
): Promise<T> {
  const registry = new Registry();
  if (workflowName !== undefined) registry.addWorkflow(withoutCode(await definitionOf(storage, workflowName)));
  const engine = new Engine({ storage, registry, worker: false, serviceName: 'romancy-cli', liveness: false });
  await engine.start();
  try {
    return await work(engine);
  } finally {
    await engine.stop();
  }
}

/** @throws InstanceNotFoundError */
export async function workflowOf(storage: TypeOrmStorage, instanceId: string): Promise<string> {
  const row = await storage.instances.get(instanceId);
  if (row === undefined) throw new InstanceNotFoundError(instanceId);
  return row.workflowName;
}

async function definitionOf(storage: TypeOrmStorage, workflowName: string): Promise<DefinitionRow> {
  const definition = await storage.definitions.newest(workflowName);
  if (definition !== undefined) return definition;
  throw new CliError(
    EXIT.notFound,
    `No application with the workflow ${workflowName} has ever started on this database. Check the name, or start the application once.`,
  );
}

function withoutCode({ workflowName, sourceHash, sourceCode }: DefinitionRow): Parameters<Registry['addWorkflow']>[0] {
  const create = (): never => {
    throw new Error(`The code of ${workflowName} is not here.`);
  };
  return { name: workflowName, sourceHash, sourceCode, create };
}
