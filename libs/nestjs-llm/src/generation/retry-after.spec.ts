import { retryAfterOf } from './retry-after.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('retryAfterOf', () => {
  it.each<[string, Record<string, string> | undefined, string | undefined, number | undefined]>([
    ['nothing', undefined, undefined, undefined],
    ['seconds', { 'retry-after': '17' }, undefined, 17_000],
    ['fractions', { 'retry-after': '0.25' }, undefined, 250],
    ['milliseconds, which are more exact', { 'retry-after-ms': '1200', 'retry-after': '2' }, undefined, 1200],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, undefined, 60_000],
    ['a date that is past', { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, undefined, 0],
    ['what is neither', { 'retry-after': 'soon' }, undefined, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined, undefined],
    ['more than a day', { 'retry-after': '999999' }, undefined, 86_400_000],
    ['RetryInfo', {}, '{"error": {"details": [{"@type": "…RetryInfo", "retryDelay": "3.5s"}]}}', 3500],
    ['the header before RetryInfo', { 'retry-after': '1' }, '{"retryDelay": "9s"}', 1000],
    ['another body', {}, '{"retryDelay": 9}', undefined],
  ])('reads %s', (_case, headers, body, expected) => {
    expect(retryAfterOf(headers, body, NOW)).toBe(expected);
  });
});
