import { Injectable } from '@nestjs/common';
import { InvalidEventError, issueOfData, type CloudEventValue, type EventStart } from '@romancy/core';
import { Explorer } from '../discovery/explorer.js';
import { InvalidInputError } from '../errors/invalid-input.error.js';
import type { WorkflowMetadata } from '../interfaces/metadata.interface.js';
import { acceptInput } from '../schema/accept-input.js';

/** Knows which workflows of the application an event starts. */
@Injectable()
export class EventStarts {
  #byType: ReadonlyMap<string, readonly WorkflowMetadata[]> | undefined;

  constructor(private readonly explorer: Explorer) {}

  /**
   * What the event starts, with the inputs as the workflows' schemas answer them.
   * @throws InvalidEventError when the data is no input for one of them: the event then starts none.
   */
  async of({ type, data }: CloudEventValue): Promise<readonly EventStart[]> {
    this.#byType ??= this.#explore();
    const starts: EventStart[] = [];
    for (const workflow of this.#byType.get(type) ?? []) starts.push(await startOf(workflow, data));
    return starts;
  }

  #explore(): ReadonlyMap<string, readonly WorkflowMetadata[]> {
    const byType = new Map<string, WorkflowMetadata[]>();
    for (const { metadata } of this.explorer.explore().workflows) {
      for (const type of metadata.startOn) byType.set(type, [...(byType.get(type) ?? []), metadata]);
    }
    return byType;
  }
}

async function startOf(workflow: WorkflowMetadata, data: unknown): Promise<EventStart> {
  try {
    return { workflowName: workflow.name, input: await acceptInput(workflow, data) };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidEventError('DataError', error.issues.map(issueOfData), error);
  }
}
