import { event, pieces, USAGE, type Dialect, type Json, type Said } from './dialect.js';

const usage = {
  input_tokens: USAGE.input - USAGE.cached,
  cache_read_input_tokens: USAGE.cached,
  output_tokens: USAGE.output,
};

function stopReason({ tool, isCutOff }: Said): string {
  return isCutOff === true ? 'max_tokens' : tool ? 'tool_use' : 'end_turn';
}

function textsOf(content: string | readonly Json[]): readonly string[] {
  if (typeof content === 'string') return [content];
  return content.flatMap((part) =>
    part.type === 'tool_result' ? textsOf(part.content) : part.type === 'text' ? [part.text] : [],
  );
}

/** Messages API. */
export const anthropic: Dialect = {
  name: 'Anthropic',
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  answeringModel: 'claude-sonnet-4-5-20250929',
  supports: ['maxTokens', 'temperature', 'topK', 'stop'],
  providers: (url) => ({ anthropic: { baseURL: url, apiKey: 'secret-key' } }),
  read: ({ path, headers, body }) => {
    expect(path).toBe('/messages');
    return {
      key: headers['x-api-key'],
      model: body.model,
      system: body.system?.[0]?.text,
      settings: {
        maxTokens: body.max_tokens,
        temperature: body.temperature,
        topP: body.top_p,
        topK: body.top_k,
        seed: undefined,
        stop: body.stop_sequences,
      },
      tools: (body.tools ?? []).map((tool: Json) => tool.name),
      texts: body.messages.flatMap((message: Json) => textsOf(message.content)),
      hasSchema: body.output_config?.format?.schema !== undefined,
      stream: body.stream === true,
    };
  },
  answer: (said, model) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [
      ...(said.text === undefined ? [] : [{ type: 'text', text: said.text }]),
      ...(said.tool
        ? [{ type: 'tool_use', id: 'toolu_1', name: said.tool.name, input: JSON.parse(said.tool.input) }]
        : []),
    ],
    stop_reason: stopReason(said),
    stop_sequence: null,
    usage,
  }),
  stream: (said, model) => [
    event(
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage,
        },
      },
      'message_start',
    ),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, 'content_block_start'),
    ...pieces(said.text ?? '').map((text) =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }, 'content_block_delta'),
    ),
    event({ type: 'content_block_stop', index: 0 }, 'content_block_stop'),
    event(
      {
        type: 'message_delta',
        delta: { stop_reason: stopReason(said), stop_sequence: null },
        usage: { output_tokens: USAGE.output },
      },
      'message_delta',
    ),
    event({ type: 'message_stop' }, 'message_stop'),
  ],
  error: (status) => {
    const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'api_error';
    return { type, body: { type: 'error', error: { type, message: 'Something about: a private matter' } } };
  },
};
