import type { LlmMessage } from '../interfaces/message.interface.js';
import { Redactor } from './redactor.js';

const hide = (text: string): string => text.replaceAll('secret', '*');

const said: LlmMessage = {
  role: 'assistant',
  content: [
    { type: 'reasoning', text: 'harmless', providerOptions: { anthropic: { signature: 'secret signature' } } },
    { type: 'reasoning', text: 'a secret', providerOptions: { anthropic: { signature: 'another' } } },
    { type: 'text', text: 'no secret' },
    {
      type: 'tool-call',
      toolCallId: 'secret-1',
      toolName: 'secret',
      input: { deep: [{ text: 'secret', at: new Date(0) }] },
    },
  ],
};

describe('Redactor', () => {
  it('changes texts at any depth, and leaves ids, names and signatures alone', () => {
    const bytes = new Uint8Array([1, 2]);
    const asked: LlmMessage = {
      role: 'user',
      content: [{ type: 'file', data: bytes, mediaType: 'image/png', filename: 'secret.png' }],
    };
    expect(new Redactor(hide).messages([said, { role: 'user', content: 'secret' }, asked], 'prompt')).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'harmless', providerOptions: { anthropic: { signature: 'secret signature' } } },
          // The other one no longer fits its signature.
          { type: 'text', text: 'no *' },
          {
            type: 'tool-call',
            toolCallId: 'secret-1',
            toolName: 'secret',
            input: { deep: [{ text: '*', at: new Date(0) }] },
          },
        ],
      },
      { role: 'user', content: '*' },
      { role: 'user', content: [{ type: 'file', data: bytes, mediaType: 'image/png', filename: '*.png' }] },
    ]);
  });

  it('takes nothing of an input, a value or a result for such a field', () => {
    const redactor = new Redactor(hide);
    const input = { type: 'secret', role: 'secret', nested: { toolName: 'secret', providerOptions: 'secret' } };
    const hidden = { type: '*', role: '*', nested: { toolName: '*', providerOptions: '*' } };
    expect(redactor.value(input, 'value')).toEqual(hidden);
    expect(redactor.toolCalls([{ id: '1', name: 'find', input }])).toEqual([{ id: '1', name: 'find', input: hidden }]);
    const messages: LlmMessage[] = [
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: '1', toolName: 'find', input }] },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: '1', toolName: 'find', output: { type: 'json', value: input } }],
      },
    ];
    const blind = new Redactor((text) => (text === 'secret' ? '*' : 'unreadable'));
    expect(blind.messages(messages, 'prompt')).toEqual([
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: '1', toolName: 'find', input: hidden }] },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: '1', toolName: 'find', output: { type: 'json', value: hidden } }],
      },
    ]);
  });

  it('goes into collections, and keeps what is no text', () => {
    class Note {
      constructor(readonly text: string) {}
    }
    const value = {
      map: new Map([['secret', ['secret', 1]]]),
      set: new Set(['secret']),
      at: new Date(1),
      link: new URL('http://secret/'),
      big: 1n,
      note: new Note('secret'),
    };
    expect(new Redactor(hide).value(value, 'value')).toEqual({
      ...value,
      map: new Map([['*', ['*', 1]]]),
      set: new Set(['*']),
      note: { text: '*' },
    });
  });

  it('tells the hook what a text is part of', () => {
    const parts: string[] = [];
    const redactor = new Redactor((text, part) => {
      parts.push(part);
      return text;
    });
    redactor.messages([said], 'answer');
    redactor.toolCalls([{ id: '1', name: 'find', input: 'x', problem: 'no' }]);
    redactor.value({ a: 'x' }, 'value');
    expect(parts).toEqual(['reasoning', 'reasoning', 'answer', 'tool-call', 'tool-call', 'tool-call', 'value']);
  });

  it('without a hook drops nothing but fields that are undefined', () => {
    const redactor = new Redactor(undefined);
    const text = { type: 'text' as const, text: 'x', providerOptions: undefined } as never;
    expect(redactor.messages([said, { role: 'assistant', content: [text] }], 'answer')).toStrictEqual([
      said,
      { role: 'assistant', content: [{ type: 'text', text: 'x' }] },
    ]);
    expect(redactor.value('secret', 'value')).toBe('secret');
  });
});
