const hot = new Set<string>();

/** Marks a text as one of the few that are sent all the time: it is prepared once per connection. */
export function hotStatement(text: string): string {
  hot.add(text);
  return text;
}

export function isHotStatement(text: string): boolean {
  return hot.has(text);
}
