import { Injectable } from '@nestjs/common';
import { Subscriptions } from './subscriptions.js';

/**
 * Tells clients that a resource of yours has changed.
 *
 * @example
 * ```ts
 * constructor(private readonly resources: McpResources) {}
 * await this.resources.changed(`stock://items/${sku}`);
 * ```
 */
@Injectable()
export class McpResources {
  constructor(private readonly subscriptions: Subscriptions) {}

  /** Notifies the clients of this process that have subscribed to the URI. */
  async changed(uri: string): Promise<void> {
    await this.subscriptions.announce(uri);
  }
}
