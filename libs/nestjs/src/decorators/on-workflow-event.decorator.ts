import type { WorkflowEvent, WorkflowEventName } from '@romancy/core';
import type { ListenerMetadata } from '../interfaces/metadata.interface.js';
import { LISTENER_METADATA } from '../romancy.constants.js';
import { addMemberMetadata, ownerOf } from './member-metadata.js';

/**
 * Marks a method of a provider that is told what happens to workflows in this process, as the hook of the name is: `'failed'` is
 * `onWorkflowFailed`, `'activityRetry'` is `onActivityRetry`. A method may be marked for several events. Nothing waits for it, and what it throws is
 * logged and changes nothing.
 *
 * @param event Checked by the compiler, with the type of the method's parameter, and again at the start of the application.
 * @example
 * ```ts
 * @Injectable()
 * export class Alarms {
 *   constructor(private readonly pager: Pager) {}
 *
 *   @OnWorkflowEvent('failed')
 *   async alarm({ instanceId, error }: WorkflowEvent<'failed'>): Promise<void> {
 *     await this.pager.alarm(`${instanceId}: ${String(error)}`);
 *   }
 * }
 * ```
 */
export function OnWorkflowEvent<const Name extends WorkflowEventName>(
  event: Name,
): <F extends (event: WorkflowEvent<Name>) => void | Promise<void>>(
  target: object,
  method: string,
  descriptor: TypedPropertyDescriptor<F>,
) => void {
  return (target, method) => {
    const { owner, isStatic } = ownerOf(target);
    const metadata: ListenerMetadata = { event, method, isStatic };
    addMemberMetadata(LISTENER_METADATA, owner, metadata);
  };
}
