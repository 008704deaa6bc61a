import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { server } from './server.js';

/** What happens to one connection's response. */
export interface Fate {
  /** After how many bytes of the response's body; never if not given. */
  after?: number;
  /** Count from the response's first byte on, so that its head can be cut too. */
  headToo?: boolean;
  /** `reset` and `close` break the connection; `freeze` keeps it and passes nothing on. */
  how?: 'reset' | 'close' | 'freeze';
}

/** A TCP proxy on loopback that cuts connections at chosen bytes. */
export class CuttingProxy {
  /** The method and path of each request, in order. */
  readonly requests: string[] = [];
  /** Connections that were cut or frozen. */
  cuts = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param fates of the first, second, … connection; those behind them pass everything */
  static async before(target: URL, fates: Fate[] = []): Promise<CuttingProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new CuttingProxy(server);
    let connections = 0;
    server.on('connection', (client) => proxy.#pass(client, target, fates[connections++] ?? {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #pass(client: Socket, target: URL, { after = Infinity, headToo = false, how = 'reset' }: Fate): void {
    const server = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    }
    let left = after;
    let inBody = headToo;
    let cut = false;
    let head = '';
    client.on('data', (bytes) => {
      const line = /^(GET|POST|DELETE) \S+/.exec(bytes.toString('latin1'));
      if (line) {
        this.requests.push(line[0]);
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (cut) {
        return;
      }
      let passed = bytes.length;
      let body = bytes.length;
      if (!inBody) {
        head += bytes.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        inBody = end >= 0;
        body = inBody ? head.length - end - 4 : 0;
      }
      if (inBody && body >= left) {
        passed -= body - left;
        cut = true;
      }
      left -= body;
      client.write(bytes.subarray(0, passed), () => {
        if (cut && how !== 'freeze') {
          // What was written arrives in front of the cut.
          setImmediate(() => (how === 'reset' ? client.resetAndDestroy() : client.destroy()));
          server.destroy();
        }
      });
      if (cut) {
        this.cuts++;
      }
    });
    server.on('close', () => cut || client.end());
    client.on('close', () => server.destroy());
  }

  /** Breaks the connections that there are. */
  cut(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

/** Puts a proxy before the server for as long as something takes. */
export async function through<T>(fates: Fate[], use: (proxy: CuttingProxy) => Promise<T>): Promise<T> {
  const proxy = await CuttingProxy.before(server, fates);
  try {
    return await use(proxy);
  } finally {
    proxy.close();
  }
}

export const posts = (proxy: CuttingProxy): number => proxy.requests.filter((line) => line.startsWith('POST')).length;
