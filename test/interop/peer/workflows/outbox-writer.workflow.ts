import { Workflow } from '@romancy/nestjs';
import { Steps, type OutboxEvent } from '../steps.activities.js';

@Workflow({ name: 'interop_outbox' })
export class OutboxWriterWorkflow {
  constructor(private readonly steps: Steps) {}

  async run(event: OutboxEvent): Promise<string> {
    return this.steps.emit(event);
  }
}
