/**
 * The module's options; override its provider in a test to put a scripted provider under an application.
 *
 * @example
 * ```ts
 * Test.createTestingModule({ imports: [AppModule] })
 *   .overrideProvider(ROMANCY_LLM_OPTIONS)
 *   .useValue({ defaults: { provider: 'script', model: 'any' }, providers: { script: scriptedProvider([{ text: 'Hello' }]) } })
 * ```
 */
export const ROMANCY_LLM_OPTIONS = Symbol('ROMANCY_LLM_OPTIONS');

/** The provider whose one activity makes the calls of workflows. */
export const LLM_ACTIVITIES = Symbol('ROMANCY_LLM_ACTIVITIES');
