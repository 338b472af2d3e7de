import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a storage and its server, and can cut the line at a chosen moment. */
export interface Proxy {
  /** The URL with the proxy's address. */
  readonly url: string;
  /** Cuts the connection whose client sends this text: before it reaches the server, or after the server has got it but before it answers. */
  cutAt(text: string, moment: 'before' | 'after'): void;
  /** Accepts no connections and cuts all there are. */
  goDown(): void;
  /** Where connections lead that are made from now on. */
  leadTo(target: string): void;
  comeBack(): void;
  close(): Promise<void>;
}

export async function openProxy(target: string): Promise<Proxy> {
  let { hostname, port } = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let trap: { readonly text: string; readonly moment: 'before' | 'after' } | undefined;
  let down = false;

  const server = createServer((client) => {
    if (down) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const cut = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) {
      socket.on('error', cut);
      socket.on('close', cut);
    }
    let mute = false;
    client.on('data', (data) => {
      if (trap === undefined || !data.includes(trap.text)) {
        upstream.write(data);
        return;
      }
      const { moment } = trap;
      trap = undefined;
      if (moment === 'before') cut();
      else {
        mute = true;
        upstream.write(data);
      }
    });
    upstream.on('data', (data) => {
      if (mute) cut();
      else client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutAt: (text, moment) => (trap = { text, moment }),
    goDown: () => {
      down = true;
      for (const [client, upstream] of [...pairs]) {
        client.destroy();
        upstream.destroy();
      }
    },
    leadTo: (next) => ({ hostname, port } = new URL(next)),
    comeBack: () => (down = false),
    close: async () => {
      down = true;
      for (const [client, upstream] of [...pairs]) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
