import { Injectable } from '@nestjs/common';
import { McpResource } from '@romancy/nestjs-mcp';
import { PNG } from './media.js';

/** The resources that the suite reads, under its URIs. */
@Injectable()
export class FixtureResources {
  @McpResource({ uri: 'test://static-text', description: 'A text.', mimeType: 'text/plain' })
  text(): string {
    return 'This is the content of the static text resource.';
  }

  @McpResource({ uri: 'test://static-binary', description: 'An image.', mimeType: 'image/png' })
  image(): Uint8Array {
    return Buffer.from(PNG, 'base64');
  }

  @McpResource({ uri: 'test://template/{id}/data', description: 'Data under an id.', mimeType: 'application/json' })
  data({ id }: Readonly<Record<string, string>>): object {
    return { id, templateTest: true, data: `Data for ID: ${String(id)}` };
  }

  @McpResource({ uri: 'test://watched-resource', description: 'A resource to subscribe to.' })
  watched(): string {
    return 'Watched resource content';
  }
}
