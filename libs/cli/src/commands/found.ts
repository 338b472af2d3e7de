import type { InstanceDetail } from '@romancy/core';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { Source } from '../sources/source.js';

/** @throws CliError where there is no such instance */
export async function found(source: Source, instanceId: string): Promise<InstanceDetail> {
  const detail = await source.get(instanceId);
  if (detail === undefined) throw new CliError(EXIT.notFound, `There is no instance ${instanceId}.`);
  return detail;
}
