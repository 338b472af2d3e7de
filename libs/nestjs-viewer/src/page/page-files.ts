import { readdirSync, readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import type { RomancyViewerOptions } from '../interfaces/viewer-options.interface.js';
import { PAGE_FOLDER } from '../page-folder.js';
import { ROMANCY_VIEWER_OPTIONS } from '../viewer.tokens.js';

export interface PageFile {
  readonly type: string;
  readonly content: string;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The files of the page, read once. */
@Injectable()
export class PageFiles {
  readonly #html: string;
  readonly #values: Readonly<Record<string, string>>;
  readonly #assets = new Map<string, PageFile>();

  constructor(@Inject(ROMANCY_VIEWER_OPTIONS) { title = 'Romancy', readOnly = false }: RomancyViewerOptions) {
    for (const name of readdirSync(PAGE_FOLDER)) {
      const type = TYPES[name.split('.').at(-1) ?? ''];
      if (type !== undefined)
        this.#assets.set(name, { type, content: readFileSync(new URL(name, PAGE_FOLDER), 'utf8') });
    }
    this.#html = readFileSync(new URL('index.html', PAGE_FOLDER), 'utf8');
    this.#values = { title, readOnly: String(readOnly) };
  }

  /** @param root what leads from the directory of the page's address to that of its files */
  page(root: string): PageFile {
    return { type: 'text/html; charset=utf-8', content: filled(this.#html, { ...this.#values, root }) };
  }

  asset(name: string): PageFile | undefined {
    return this.#assets.get(name);
  }
}

/** Fills in all at once, so that no value is looked at for places of others. */
function filled(html: string, values: Readonly<Record<string, string>>): string {
  return html.replace(/\{\{(\w+)\}\}/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : escapeHtml(value);
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
