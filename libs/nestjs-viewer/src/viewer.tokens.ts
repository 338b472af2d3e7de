/**
 * The module's options; override its provider in a test to configure an application module differently.
 *
 * @example
 * ```ts
 * Test.createTestingModule({ imports: [AppModule] }).overrideProvider(ROMANCY_VIEWER_OPTIONS).useValue({ readOnly: true })
 * ```
 */
export const ROMANCY_VIEWER_OPTIONS = Symbol('ROMANCY_VIEWER_OPTIONS');
