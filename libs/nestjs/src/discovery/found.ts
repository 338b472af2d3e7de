import type { ModuleRef } from '@nestjs/core';
import type {
  ActivityMetadata,
  Class,
  CompensationMetadata,
  ListenerMetadata,
  WorkflowMetadata,
} from '../interfaces/metadata.interface.js';

/** A provider that carries metadata of ours, as Nest holds it. */
export interface FoundProvider {
  /** Name to report it by: its class, or the token's class where a test put something else behind it. */
  readonly className: string;
  /** The class that carries the decorators: the implementing one, or the token's. */
  readonly marked: Class;
  readonly moduleName: string;
  /** Of the module that provides it. */
  readonly moduleRef: ModuleRef | undefined;
  /** Class that Nest builds; undefined behind `useValue` and `useFactory`. */
  readonly type: Class | undefined;
  /** The object in the container; undefined while there is none for everybody (request and transient scope). */
  readonly instance: object | undefined;
  readonly place: 'provider' | 'controller';
  readonly scope: 'default' | 'request' | 'transient';
}

export interface FoundWorkflow {
  readonly provider: FoundProvider;
  readonly metadata: WorkflowMetadata;
}

export interface FoundActivities {
  readonly provider: FoundProvider;
  readonly activities: readonly ActivityMetadata[];
  readonly compensations: readonly CompensationMetadata[];
}

export interface FoundListeners {
  readonly provider: FoundProvider;
  readonly listeners: readonly ListenerMetadata[];
}

/** Everything that an application declares. */
export interface Discovered {
  readonly workflows: readonly FoundWorkflow[];
  readonly activities: readonly FoundActivities[];
  readonly listeners: readonly FoundListeners[];
  /** How often the module itself was imported with options of its own. */
  readonly modules: number;
}
