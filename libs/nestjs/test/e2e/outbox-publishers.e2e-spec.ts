import { Controller, Injectable, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, ClientsModule, EventPattern, Payload, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import {
  clientPublisher,
  RomancyModule,
  StartupError,
  WorkflowClient,
  type CloudEventValue,
  type OutboxPublisher,
  type RomancyOutboxOptions,
} from '@romancy/nestjs';

const received: unknown[] = [];

@Controller()
class Receiver {
  @EventPattern('order.paid')
  onPaid(@Payload() event: unknown): void {
    received.push(event);
  }

  @EventPattern({ topic: 'bytes' })
  onBytes(@Payload() event: unknown): void {
    received.push(event);
  }
}

@Module({ controllers: [Receiver] })
class ReceiverModule {}

@Injectable()
class OwnPublisher implements OutboxPublisher {
  readonly events: CloudEventValue[] = [];

  async publish(event: CloudEventValue): Promise<void> {
    this.events.push(event);
  }
}

async function until(look: () => boolean): Promise<void> {
  for (const limit = Date.now() + 10_000; !look();) {
    if (Date.now() > limit) throw new Error('not within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function shop(outbox: RomancyOutboxOptions, providers: Provider[] = [], imports: object[] = []) {
  const module = await Test.createTestingModule({
    imports: [RomancyModule.forRoot({ database: ':memory:', outbox }), ...(imports as never[])],
    providers,
  })
    .setLogger(false as never)
    .compile();
  await module.init();
  return module;
}

describe('publishers of the outbox', () => {
  it('send through a ClientProxy, by its token and by itself', async () => {
    const port = 30_000 + Math.floor(Math.random() * 20_000);
    const transport = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;
    const receiver = await NestFactory.createMicroservice(ReceiverModule, { ...transport, logger: false });
    await receiver.listen();
    const clients = ClientsModule.register([{ name: 'BROKER', ...transport }]);
    const pattern = ({ type }: CloudEventValue) => (type === 'bytes' ? { topic: type } : type);
    const app = await shop({ client: 'BROKER', pattern }, [], [clients]);
    const client = app.get(WorkflowClient);
    const id = await client.emit('order.paid', { a: 1 }, { subject: 's' });
    await client.emit('bytes', Uint8Array.of(0, 255));
    await until(() => received.length === 2);
    expect(received).toContainEqual(expect.objectContaining({ id, specversion: '1.0', subject: 's', data: { a: 1 } }));
    expect(received).toContainEqual(expect.objectContaining({ type: 'bytes', data_base64: 'AP8=' }));
    await app.close();

    const direct = ClientProxyFactory.create(transport);
    const other = await shop({ publisher: clientPublisher(direct) });
    await other.get(WorkflowClient).emit('order.paid', { a: 2 });
    await until(() => received.length === 3);
    await other.close();
    direct.close();
    await receiver.close();
  });

  it('are providers of the application, or objects', async () => {
    const app = await shop({ publisher: OwnPublisher }, [OwnPublisher]);
    await app.get(WorkflowClient).emit('t', 1, { dataSchema: 'urn:x' });
    const { events } = app.get(OwnPublisher);
    await until(() => events.length === 1);
    expect(events[0]).toMatchObject({ type: 't', source: '/romancy', dataSchema: 'urn:x', data: 1 });
    await app.close();
  });

  it.each<[string, RomancyOutboxOptions, string]>([
    ['two ways', { http: { url: 'http://x' }, client: 'BROKER' }, 'names http and client'],
    ['a client that nobody provides', { client: 'BROKER' }, 'is BROKER, but no provider'],
    ['a publisher without its method', { publisher: Receiver }, 'is Receiver, but no provider'],
    ['no slot', { publisher: new OwnPublisher(), concurrency: 0 }, 'concurrency is 0'],
    ['a retry that makes no sense', { publisher: new OwnPublisher(), retry: { maxAttempts: 0 } }, 'maxAttempts'],
    ['a time that is none', { publisher: new OwnPublisher(), maxAge: 'soon' as never }, 'soon'],
  ])('refuse %s at the start', async (_, outbox, problem) => {
    const error = await shop(outbox, [{ provide: Receiver, useValue: {} }]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StartupError);
    expect((error as StartupError).message).toContain(problem);
  });

  it('refuse events that could not be sent, when they are emitted', async () => {
    const app = await shop({});
    const client = app.get(WorkflowClient);
    await expect(client.emit('', 1)).rejects.toMatchObject({ code: 'ROMANCY_INVALID_EVENT' });
    await expect(client.emit('t', 1, { extensions: { Bad: 1 } })).rejects.toMatchObject({
      code: 'ROMANCY_INVALID_EVENT',
    });
    await expect(client.emit('t', 10n)).rejects.toMatchObject({ code: 'ROMANCY_UNSTORABLE_VALUE' });
    await app.close();
  });
});
