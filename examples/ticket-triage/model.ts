import type { RomancyLlmOptions } from '@romancy/nestjs-llm';
import { scriptedProvider, type ScriptedAnswer, type ScriptedRequest } from '@romancy/nestjs-llm/testing';

const KEYS = { anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY', gemini: 'GEMINI_API_KEY' } as const;
const MODELS = { anthropic: 'claude-sonnet-4-5', openai: 'gpt-4.1-mini', gemini: 'gemini-2.5-flash' } as const;

/** A real model when the environment holds a key (LLM_MODEL names another one), a scripted one when it does not. */
export function modelOptions(): RomancyLlmOptions & { readonly isScripted: boolean } {
  const real = (['anthropic', 'openai', 'gemini'] as const).find((provider) => process.env[KEYS[provider]]);
  if (real !== undefined) {
    return { isScripted: false, defaults: { provider: real, model: process.env['LLM_MODEL'] ?? MODELS[real] } };
  }
  return {
    isScripted: true,
    defaults: { provider: 'script', model: 'scripted' },
    providers: { script: scriptedProvider(answer) },
  };
}

/** What a model could say to the tickets of this example. */
function answer({ message, options, system }: ScriptedRequest): ScriptedAnswer {
  const isBroken = JSON.stringify(options.prompt).includes('broken');
  if (message.startsWith('What is this ticket'))
    return { value: { topic: isBroken ? 'refund' : 'delivery', urgency: isBroken ? 'high' : 'low' } };
  if (message === 'Put this into a decision.') {
    return isBroken
      ? { value: { refund: 240, reply: 'We are sorry for the broken teapot. You get back what you paid.' } }
      : { value: { refund: 0, reply: 'Your cups arrive on Friday.' } };
  }
  if (system === undefined) return { text: 'I do not know.' };
  if (message.includes('tool-result'))
    return { text: isBroken ? 'Pay back 240 for the teapot.' : 'Tell them: Friday.' };
  const order = { name: 'findOrder', input: { orderId: isBroken ? '17' : '18' } };
  return { toolCalls: isBroken ? [order, { name: 'findRules', input: { word: 'broken' } }] : [order] };
}
