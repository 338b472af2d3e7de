import { readTrace, traceAmong, traceOfMetadata, traceText } from './trace-text.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a trace context as it is stored', () => {
  it('comes back as it was', () => {
    const context = { traceparent, tracestate: 'vendor=1', baggage: 'who=me' };
    expect(readTrace(traceText(context))).toEqual(context);
  });

  it('is nothing for nothing, and for what nobody can read', () => {
    expect([traceText(undefined), traceText({})]).toEqual([null, null]);
    expect([readTrace(null), readTrace('no JSON')]).toEqual([undefined, undefined]);
  });

  it('leaves a baggage out that is too long, and everything where that is not enough', () => {
    const long = 'x'.repeat(5000);
    expect(readTrace(traceText({ traceparent, baggage: long }))).toEqual({ traceparent });
    expect(traceText({ traceparent, tracestate: long })).toBeNull();
    expect(traceText({ baggage: long })).toBeNull();
  });

  it('is found among attributes of an event and in metadata of a message, by texts that are its', () => {
    expect(traceAmong({ traceparent, tracestate: '', tenant: 'a' })).toEqual({ traceparent });
    expect([traceAmong({ tracestate: 'vendor=1' }), traceAmong({ traceparent: 3 }), traceAmong(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(traceOfMetadata(JSON.stringify({ traceparent }))).toEqual({ traceparent });
    expect(traceOfMetadata(JSON.stringify({ ce_extensions: { traceparent } }))).toEqual({ traceparent });
    expect([traceOfMetadata(null), traceOfMetadata('['), traceOfMetadata('3')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
