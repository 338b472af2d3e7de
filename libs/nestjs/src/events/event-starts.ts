import { Injectable } from '@nestjs/common';
import type { CloudEventValue, EventStart } from '@romancy/core';
import { Explorer } from '../discovery/explorer.js';

/** Knows which workflows of the application an event starts. */
@Injectable()
export class EventStarts {
  #byType: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(private readonly explorer: Explorer) {}

  async of({ type, data }: CloudEventValue): Promise<readonly EventStart[]> {
    this.#byType ??= this.#explore();
    return (this.#byType.get(type) ?? []).map((workflowName) => ({ workflowName, input: data }));
  }

  #explore(): ReadonlyMap<string, readonly string[]> {
    const byType = new Map<string, string[]>();
    for (const { metadata } of this.explorer.explore().workflows) {
      for (const type of metadata.startOn) byType.set(type, [...(byType.get(type) ?? []), metadata.name]);
    }
    return byType;
  }
}
