import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ChatEvent, type Client, type ClientOptions, type ConversationRequest, createClient } from 'firsttoken';

/** Where scripts/test.mjs has started FirstToken in front of its simulator. */
export const server: URL = new URL(process.env.FIRSTTOKEN_URL ?? 'http://127.0.0.1:8080');

/** One that does not wait long to read on, so that tests do not. */
export const impatient = { minDelayMs: 1, maxDelayMs: 5, attempts: 100 };

export function client(options: ClientOptions = {}): Client {
  return createClient({ baseUrl: server, reconnect: impatient, ...options });
}

/** @param words of the simulator's grammar, joined by `+`; it does not wait if it is not told to */
export function ask(words: string): ConversationRequest {
  return { model: `sim/ttft-0ms+gap-0ms+${words}`, messages: [{ role: 'user', content: 'Grüezi, 世界! 🌍' }] };
}

/** A server of somebody else's. */
export interface OtherServer {
  baseUrl: string;
  /** Hangs up on everybody. */
  close: () => void;
}

export async function serving(listener: RequestListener): Promise<OtherServer> {
  const other = createServer(listener);
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(other.address() as AddressInfo).port}`,
    close: () => {
      other.closeAllConnections();
      other.close();
    },
  };
}

/** An address at which nobody listens. */
export async function nowhere(): Promise<string> {
  const { baseUrl, close } = await serving(() => {});
  close();
  return baseUrl;
}

/** The ids of the streams that the server is running. */
export async function running(): Promise<string[]> {
  const answer = await fetch(new URL('/v1/streams', server));
  const { data } = (await answer.json()) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}

/** Waits for a condition, as long as that may take on a busy machine. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`did not come about: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) {
    all.push(one);
  }
  return all;
}

/** An answer that may not be asked for twice: read once more it is the same, asked once more it need not be. */
export async function whole(streamId: string | null): Promise<ChatEvent[]> {
  return collect(client().resume(streamId ?? ''));
}
