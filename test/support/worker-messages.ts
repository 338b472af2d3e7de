import type { EngineSettings } from '@romancy/core';
import type { StorageSettings } from '@romancy/typeorm';

export interface WorkerSettings extends EngineSettings {
  readonly database: string;
  readonly storage?: Omit<StorageSettings, 'logger' | 'onStatement'>;
}

export interface Job {
  /** How long the body in its middle takes. */
  readonly ms: number;
  /** That body holds a transaction with an effect. */
  readonly transactional?: boolean;
  /** Takes its worker down. */
  readonly die?: boolean;
}

export type WorkerCommand =
  | { readonly kind: 'start'; readonly id: string; readonly job: Job }
  /** Blocks the event loop. */
  | { readonly kind: 'block'; readonly ms: number }
  | { readonly kind: 'readiness' }
  | { readonly kind: 'stop' }
  /** Ends without a word, as an application without shutdown hooks does. */
  | { readonly kind: 'exit' };

export type WorkerEvent =
  | { readonly kind: 'ready' | 'stopped' }
  | { readonly kind: 'holding'; readonly id: string }
  | { readonly kind: 'aborted'; readonly id: string; readonly code: string }
  | { readonly kind: 'readiness'; readonly ready: boolean }
  | { readonly kind: 'log'; readonly level: string; readonly message: string };
