import { event, pieces, USAGE, type Dialect, type Json, type Said } from './dialect.js';

const usageMetadata = {
  promptTokenCount: USAGE.input,
  cachedContentTokenCount: USAGE.cached,
  candidatesTokenCount: USAGE.output,
  totalTokenCount: USAGE.input + USAGE.output,
};

function candidate(parts: readonly Json[], finishReason?: string): Json {
  return { content: { role: 'model', parts }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) };
}

function finishReason({ isCutOff }: Said): string {
  return isCutOff === true ? 'MAX_TOKENS' : 'STOP';
}

function partsOf({ text, tool }: Said): readonly Json[] {
  return [
    ...(text === undefined ? [] : [{ text }]),
    ...(tool
      ? [{ functionCall: { name: tool.name, args: JSON.parse(tool.input) }, thoughtSignature: 'signature' }]
      : []),
  ];
}

function textsOf(part: Json): readonly string[] {
  if (part.functionResponse !== undefined) return [JSON.stringify(part.functionResponse.response.content)];
  return part.text === undefined ? [] : [part.text];
}

/** Generative Language API. */
export const gemini: Dialect = {
  name: 'Gemini',
  provider: 'gemini',
  model: 'gemini-2.5-flash',
  answeringModel: 'gemini-2.5-flash',
  supports: ['maxTokens', 'temperature', 'topP', 'topK', 'seed', 'stop'],
  providers: (url) => ({ gemini: { baseURL: url, apiKey: 'secret-key' } }),
  read: ({ path, headers, body }) => {
    const [, model = '', method] = /^\/models\/([^:]+):(\w+)/.exec(path) ?? [];
    const { generationConfig: settings = {} } = body;
    return {
      key: headers['x-goog-api-key'],
      model,
      system: body.systemInstruction?.parts[0].text,
      settings: {
        maxTokens: settings.maxOutputTokens,
        temperature: settings.temperature,
        topP: settings.topP,
        topK: settings.topK,
        seed: settings.seed,
        stop: settings.stopSequences,
      },
      tools: (body.tools?.[0]?.functionDeclarations ?? []).map((tool: Json) => tool.name),
      texts: body.contents.flatMap((content: Json) => content.parts.flatMap(textsOf)),
      hasSchema: settings.responseSchema !== undefined || settings.responseJsonSchema !== undefined,
      stream: method === 'streamGenerateContent',
    };
  },
  answer: (said, model) => ({
    candidates: [candidate(partsOf(said), finishReason(said))],
    usageMetadata,
    modelVersion: model,
    responseId: 'r1',
  }),
  stream: (said, model) => [
    ...pieces(said.text ?? '').map((text) =>
      event({ candidates: [candidate([{ text }])], modelVersion: model, responseId: 'r1' }),
    ),
    event({ candidates: [candidate([], finishReason(said))], usageMetadata, modelVersion: model, responseId: 'r1' }),
  ],
  error: (status) => {
    const type = status === 429 ? 'RESOURCE_EXHAUSTED' : status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL';
    return { type, body: { error: { code: status, message: 'Something about: a private matter', status: type } } };
  },
};
