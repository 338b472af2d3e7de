export type Report = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Standard output belongs to the lines of the protocol; whatever else is printed goes to standard error. */
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

/** Prints lines that begin with these fields. */
export function reporter(head: Readonly<Record<string, unknown>> = {}): Report {
  return (event, fields = {}) => {
    write(`${JSON.stringify({ ...head, event, ...fields })}\n`);
  };
}
