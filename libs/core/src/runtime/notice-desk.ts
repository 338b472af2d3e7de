import type { Notice } from '../ports/notifications.js';
import type { EngineServices } from './services.js';
import type { Dispatcher } from './dispatcher.js';

export interface NoticeWakeUps {
  /** Looks for cancel requests on what runs here. */
  readonly leases: () => void;
  /** Looks for instances that can go on. */
  readonly resume: () => void;
  /** Compares stored waits with stored messages. */
  readonly stranded: () => void;
  readonly outbox: () => void;
}

/** Hears what other processes notify and tells them what they should know: hints, which make haste and nothing else (E23). */
export class NoticeDesk {
  constructor(
    private readonly services: EngineServices,
    private readonly dispatcher: Dispatcher,
    private readonly wake: NoticeWakeUps,
  ) {}

  async listen(): Promise<void> {
    await this.services.storage.notifications?.listen({
      onNotice: (notice) => {
        this.#hear(notice);
      },
      onGap: () => {
        this.services.postOffice.missed();
        this.wake.stranded();
        this.wake.resume();
        this.wake.leases();
      },
    });
  }

  async stop(): Promise<void> {
    await this.services.storage.notifications?.stop();
  }

  #hear(notice: Notice): void {
    const { registry, settings, postOffice } = this.services;
    switch (notice.kind) {
      case 'message':
        postOffice.announced([notice]);
        return;
      case 'outbox':
        this.wake.outbox();
        return;
      case 'ended':
        this.dispatcher.notices.announce(notice.instanceId, undefined);
        return;
      case 'resumable':
        if (this.dispatcher.isRunning(notice.instanceId)) this.wake.leases();
        else if (settings.worker && registry.workflow(notice.workflowName)) this.wake.resume();
    }
  }
}
