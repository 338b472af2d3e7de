import { Injectable } from '@nestjs/common';
import { Activity, ActivityContext } from '@romancy/nestjs';

export interface OutboxEvent {
  readonly type: string;
  readonly source: string;
  readonly data: unknown;
}

@Injectable()
export class Steps {
  constructor(private readonly activity: ActivityContext) {}

  /** A step that has nothing to do: what matters is that it is in the history. */
  @Activity()
  async note(what: string): Promise<{ noted: string }> {
    return { noted: what };
  }

  @Activity()
  async emit({ type, source, data }: OutboxEvent): Promise<string> {
    return this.activity.emit(type, data, { source });
  }
}
