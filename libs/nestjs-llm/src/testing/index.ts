export { scriptedProvider, ScriptEndedError } from './scripted-provider.js';
export type { ScriptedAnswer, ScriptedProvider, ScriptedRequest, ScriptedStep } from './script.js';
