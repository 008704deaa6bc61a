import address from './highlight.worker.ts?worker&url';

/** Code that is to be coloured. */
export interface Uncoloured {
  id: number;
  text: string;
  lang: string;
  /** How many lines go into a piece. */
  lines: number;
}

export interface Coloured {
  id: number;
  pieces: string[] | null;
}

let worker: Worker | null = null;
let count = 0;
const waiting = new Map<number, (pieces: string[] | null) => void>();

interface Rules {
  createScriptURL: (url: string) => string;
}

/** A page makes them once. */
let rules: Rules | null = null;

/** The one script that the page may start beside its own. */
function trusted(): string {
  const only: Rules = { createScriptURL: () => address };
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Rules): Rules } };
  rules ??= trustedTypes?.createPolicy('firsttoken', only) ?? only;
  return rules.createScriptURL(address);
}

function start(): Worker {
  const started = new Worker(trusted());
  started.addEventListener('message', ({ data: { id, pieces } }: MessageEvent<Coloured>) => {
    waiting.get(id)?.(pieces);
    waiting.delete(id);
  });
  started.addEventListener('error', () => {
    // Code in one colour can be read too. Whoever comes next has another try.
    started.terminate();
    worker = null;
    waiting.forEach((done) => done(null));
    waiting.clear();
  });
  return started;
}

/**
 * Has code coloured beside the page, which may take as long as it likes.
 *
 * @param lines how many of them go into a piece
 * @returns markup in pieces, yet to be sanitised; null for a language that nobody knows here
 */
export function colours(text: string, lang: string, lines: number): Promise<string[] | null> {
  worker ??= start();
  const id = count++;
  const request: Uncoloured = { id, text, lang, lines };
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    worker?.postMessage(request);
  });
}
