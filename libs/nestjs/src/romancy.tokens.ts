/** The module's options; override its provider in a test to configure an application module differently. */
export const ROMANCY_OPTIONS = Symbol('ROMANCY_OPTIONS');

/** The process clock; undefined (the system's clock) unless a test overrides the provider. */
export const ROMANCY_CLOCK = Symbol('ROMANCY_CLOCK');

/** Where the engine reports; the Logger of Nest unless the provider is overridden. */
export const ROMANCY_LOGGER = Symbol('ROMANCY_LOGGER');

/** Makes the storage from the module's options; override the provider to run on another one. */
export const ROMANCY_STORAGE_FACTORY = Symbol('ROMANCY_STORAGE_FACTORY');

/** Makes the engine; override the provider to run another one. */
export const ROMANCY_ENGINE_FACTORY = Symbol('ROMANCY_ENGINE_FACTORY');
