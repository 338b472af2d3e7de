import { UriTemplate } from '../sdk.js';

/** Matches URIs against a fixed one or a template, and decodes the variables. */
export class UriPattern {
  readonly isTemplate: boolean;
  readonly #template: UriTemplate;

  /** @throws Error for a template that cannot be read. */
  constructor(readonly text: string) {
    this.isTemplate = UriTemplate.isTemplate(text);
    this.#template = new UriTemplate(text);
  }

  get variableNames(): readonly string[] {
    return this.#template.variableNames;
  }

  expand(variables: Readonly<Record<string, string>>): string {
    return this.#template.expand({ ...variables });
  }

  match(uri: string): Readonly<Record<string, string>> | undefined {
    if (!this.isTemplate) return uri === this.text ? {} : undefined;
    try {
      const found = this.#template.match(uri);
      if (!found) return undefined;
      return Object.fromEntries(
        Object.entries(found).map(([name, value]) => [name, decodeURIComponent(String(value))]),
      );
    } catch {
      // Too long, or no percent-encoding: not a URI of ours.
      return undefined;
    }
  }
}
