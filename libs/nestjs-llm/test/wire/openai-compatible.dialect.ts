import { event, pieces, USAGE, type Dialect, type Json, type Said } from './dialect.js';

const usage = {
  prompt_tokens: USAGE.input,
  prompt_tokens_details: { cached_tokens: USAGE.cached },
  completion_tokens: USAGE.output,
  total_tokens: USAGE.input + USAGE.output,
};

function reasonOf({ tool, isCutOff }: Said): string {
  return isCutOff === true ? 'length' : tool ? 'tool_calls' : 'stop';
}

function chunk(model: string, delta: Json, finishReason: string | null, more: Json = {}): string {
  return event({
    id: 'chat_1',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...more,
  });
}

function textsOf(message: Json): readonly string[] {
  if (message.role === 'system') return [];
  return typeof message.content === 'string'
    ? [message.content]
    : (message.content ?? []).map((part: Json) => part.text);
}

/** Chat completions, as many servers speak them. */
export const openaiCompatible: Dialect = {
  name: 'a server that is compatible with OpenAI',
  provider: 'local',
  model: 'qwen3',
  answeringModel: 'qwen3:8b',
  supports: ['maxTokens', 'temperature', 'topP', 'seed', 'stop'],
  providers: (url) => ({ local: { kind: 'openai-compatible', baseURL: url, apiKey: 'secret-key' } }),
  read: ({ path, headers, body }) => {
    expect(path).toBe('/chat/completions');
    return {
      key: headers['authorization']?.replace('Bearer ', ''),
      model: body.model,
      system: body.messages.find((message: Json) => message.role === 'system')?.content,
      settings: {
        maxTokens: body.max_tokens,
        temperature: body.temperature,
        topP: body.top_p,
        topK: undefined,
        seed: body.seed,
        stop: body.stop,
      },
      tools: (body.tools ?? []).map((tool: Json) => tool.function.name),
      texts: body.messages.flatMap(textsOf),
      hasSchema: body.response_format?.json_schema?.schema !== undefined,
      stream: body.stream === true,
    };
  },
  answer: (said, model) => ({
    id: 'chat_1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: said.text ?? null,
          ...(said.tool
            ? {
                tool_calls: [
                  { id: 'call_1', type: 'function', function: { name: said.tool.name, arguments: said.tool.input } },
                ],
              }
            : {}),
        },
        finish_reason: reasonOf(said),
      },
    ],
    usage,
  }),
  stream: (said, model) => [
    chunk(model, { role: 'assistant', content: '' }, null),
    ...pieces(said.text ?? '').map((content) => chunk(model, { content }, null)),
    chunk(model, {}, reasonOf(said), { usage }),
    'data: [DONE]\n\n',
  ],
  error: (status) => {
    const type = status === 429 ? 'rate_limit_exceeded' : status < 500 ? 'invalid_value' : 'server_error';
    return {
      type,
      body: { error: { message: 'Something about: a private matter', type: 'some_error', param: null, code: type } },
    };
  },
};
