import { Logger } from '@nestjs/common';
import { wrapLanguageModel, type LanguageModelMiddleware } from 'ai';
import type { LlmModelFactory } from '../interfaces/provider.interface.js';

type Model = ReturnType<LlmModelFactory>;
type Warnings = Awaited<ReturnType<Extract<Model, { specificationVersion: 'v3' }>['doGenerate']>>['warnings'];

const logger = new Logger('RomancyLlm');

/** Takes the warnings of a model to the logger, each once, where the package `ai` would write them to the console at every call. */
export function withReportedWarnings(model: Model, name: string): Model {
  if (model.specificationVersion !== 'v3') return model;
  const reported = new Set<string>();
  const report = (warnings: Warnings): void => {
    for (const warning of warnings) {
      const text =
        'feature' in warning
          ? `${warning.feature} is ${warning.type === 'unsupported' ? 'not supported' : 'adapted'}`
          : warning.type;
      if (reported.has(text)) continue;
      reported.add(text);
      logger.warn(`${name}: ${text}. (Said once.)`);
    }
  };
  const middleware: LanguageModelMiddleware = {
    specificationVersion: 'v3',
    wrapGenerate: async ({ doGenerate }) => {
      const result = await doGenerate();
      report(result.warnings);
      return { ...result, warnings: [] };
    },
    wrapStream: async ({ doStream }) => {
      const result = await doStream();
      const stream = result.stream.pipeThrough(
        new TransformStream({
          transform(part, controller) {
            if (part.type === 'stream-start') report(part.warnings);
            controller.enqueue(part.type === 'stream-start' ? { ...part, warnings: [] } : part);
          },
        }),
      );
      return { ...result, stream };
    },
  };
  return wrapLanguageModel({ model, middleware });
}
