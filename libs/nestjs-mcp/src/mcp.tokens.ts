/**
 * The module's options; override its provider in a test to configure an application module differently.
 *
 * @example
 * ```ts
 * Test.createTestingModule({ imports: [AppModule] }).overrideProvider(ROMANCY_MCP_OPTIONS).useValue({ name: 'test', version: '1.0.0' })
 * ```
 */
export const ROMANCY_MCP_OPTIONS = Symbol('ROMANCY_MCP_OPTIONS');
