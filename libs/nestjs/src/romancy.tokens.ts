/**
 * The module's options; override its provider in a test to configure an application module differently.
 *
 * @example
 * ```ts
 * Test.createTestingModule({ imports: [AppModule] }).overrideProvider(ROMANCY_OPTIONS).useValue({ database: ':memory:' })
 * ```
 */
export const ROMANCY_OPTIONS = Symbol('ROMANCY_OPTIONS');

/**
 * The process clock; undefined (the system's clock) unless a test overrides the provider.
 *
 * @example
 * ```ts
 * builder.overrideProvider(ROMANCY_CLOCK).useValue(new VirtualClock())
 * ```
 */
export const ROMANCY_CLOCK = Symbol('ROMANCY_CLOCK');

/**
 * Where the engine reports; the Logger of Nest unless the provider is overridden.
 *
 * @example
 * ```ts
 * builder.overrideProvider(ROMANCY_LOGGER).useValue(silentLogger)
 * ```
 */
export const ROMANCY_LOGGER = Symbol('ROMANCY_LOGGER');

/**
 * Makes the storage from the module's options, a {@link StorageFactory}; override the provider to run on another one.
 *
 * @example
 * ```ts
 * builder.overrideProvider(ROMANCY_STORAGE_FACTORY).useValue(() => new MemoryStorage())
 * ```
 */
export const ROMANCY_STORAGE_FACTORY = Symbol('ROMANCY_STORAGE_FACTORY');

/**
 * Makes the engine, an {@link EngineFactory}; override the provider to wrap or replace it.
 *
 * @example
 * ```ts
 * builder.overrideProvider(ROMANCY_ENGINE_FACTORY).useValue((options: EngineOptions) => new Engine(options))
 * ```
 */
export const ROMANCY_ENGINE_FACTORY = Symbol('ROMANCY_ENGINE_FACTORY');
