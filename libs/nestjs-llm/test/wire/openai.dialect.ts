import { event, pieces, USAGE, type Dialect, type Json, type Said } from './dialect.js';

const usage = {
  input_tokens: USAGE.input,
  input_tokens_details: { cached_tokens: USAGE.cached },
  output_tokens: USAGE.output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: USAGE.input + USAGE.output,
};

function messageOf(text: string): Json {
  return {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
}

function outputOf({ text, tool }: Said): readonly Json[] {
  return [
    ...(text === undefined ? [] : [messageOf(text)]),
    ...(tool
      ? [
          {
            type: 'function_call',
            id: 'fc_1',
            call_id: 'call_1',
            name: tool.name,
            arguments: tool.input,
            status: 'completed',
          },
        ]
      : []),
  ];
}

function responseOf(said: Said, model: string): Json {
  const cut = said.isCutOff === true ? { reason: 'max_output_tokens' } : null;
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model,
    output: outputOf(said),
    usage,
    incomplete_details: cut,
  };
}

function textsOf(item: Json): readonly string[] {
  if (item.type === 'function_call_output') return [item.output];
  if (item.role === 'system' || item.role === 'developer' || item.content === undefined) return [];
  return typeof item.content === 'string' ? [item.content] : item.content.map((part: Json) => part.text);
}

/** Responses API. */
export const openai: Dialect = {
  name: 'OpenAI',
  provider: 'openai',
  model: 'gpt-4.1',
  answeringModel: 'gpt-4.1-2025-04-14',
  supports: ['maxTokens', 'temperature', 'topP'],
  providers: (url) => ({ openai: { baseURL: url, apiKey: 'secret-key' } }),
  read: ({ path, headers, body }) => {
    expect(path).toBe('/responses');
    return {
      key: headers['authorization']?.replace('Bearer ', ''),
      model: body.model,
      system: body.input.find((item: Json) => item.role === 'system' || item.role === 'developer')?.content,
      settings: {
        maxTokens: body.max_output_tokens,
        temperature: body.temperature,
        topP: body.top_p,
        topK: undefined,
        seed: undefined,
        stop: undefined,
      },
      tools: (body.tools ?? []).map((tool: Json) => tool.name),
      texts: body.input.flatMap(textsOf),
      hasSchema: body.text?.format?.schema !== undefined,
      stream: body.stream === true,
    };
  },
  answer: responseOf,
  stream: (said, model) => [
    event({ type: 'response.created', response: { id: 'resp_1', created_at: 1, model } }),
    event({ type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'msg_1' } }),
    ...pieces(said.text ?? '').map((delta) =>
      event({ type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta }),
    ),
    event({ type: 'response.output_item.done', output_index: 0, item: messageOf(said.text ?? '') }),
    event({ type: 'response.completed', response: responseOf(said, model) }),
  ],
  error: (status) => {
    const type = status === 429 ? 'rate_limit_exceeded' : status < 500 ? 'invalid_value' : 'server_error';
    return {
      type,
      body: { error: { message: 'Something about: a private matter', type: 'some_error', param: null, code: type } },
    };
  },
};
