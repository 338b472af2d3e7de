import { Injectable } from '@nestjs/common';
import type {
  ActivityMetadata,
  Class,
  CompensationMetadata,
  ListenerMetadata,
  WorkflowMetadata,
} from '../interfaces/metadata.interface.js';
import {
  ACTIVITY_METADATA,
  COMPENSATION_METADATA,
  LISTENER_METADATA,
  WORKFLOW_METADATA,
} from '../romancy.constants.js';

/** The single reader of what the decorators wrote. */
@Injectable()
export class MetadataAccessor {
  /** Of the class itself: a subclass that is not marked is no workflow. */
  workflow(target: object): WorkflowMetadata | undefined {
    return Reflect.getOwnMetadata(WORKFLOW_METADATA, target) as WorkflowMetadata | undefined;
  }

  /** Of the class and its bases, the most derived first; an inherited entry yields to one for the same method. */
  activities(target: Class): readonly ActivityMetadata[] {
    return inherited<ActivityMetadata>(ACTIVITY_METADATA, target);
  }

  compensations(target: Class): readonly CompensationMetadata[] {
    return inherited<CompensationMetadata>(COMPENSATION_METADATA, target);
  }

  listeners(target: Class): readonly ListenerMetadata[] {
    return inherited<ListenerMetadata>(LISTENER_METADATA, target);
  }
}

function inherited<T extends { readonly method: string }>(key: symbol, target: Class): readonly T[] {
  const found: T[] = [];
  for (
    let owner: object | null = target;
    typeof owner === 'function';
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    const own = (Reflect.getOwnMetadata(key, owner) ?? []) as readonly T[];
    const overridden = new Set(found.map((entry) => entry.method));
    found.push(...own.filter((entry) => !overridden.has(entry.method)));
  }
  return found;
}
