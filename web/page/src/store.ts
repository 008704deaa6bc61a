import type { Conversation, Entry } from './model.js';

const DATABASE = 'firsttoken';

/** What one tab tells the others. */
export type News = { type: 'changed' | 'deleted'; conversation: string };

/**
 * Conversations and what was said in them, in this browser. Without IndexedDB everything is kept in
 * memory, and `isKept` is false.
 */
export class Store {
  readonly #database: IDBDatabase | null;
  readonly #conversations = new Map<string, Conversation>();
  readonly #entries = new Map<string, Entry>();
  readonly #news = new BroadcastChannel(DATABASE);

  private constructor(database: IDBDatabase | null) {
    this.#database = database;
  }

  static async open(): Promise<Store> {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('conversations', { keyPath: 'id' });
        request.result.createObjectStore('entries', { keyPath: 'id' }).createIndex('conversation', 'conversation');
      };
      return new Store(await result(request));
    } catch {
      return new Store(null);
    }
  }

  get isKept(): boolean {
    return this.#database !== null;
  }

  /** Called with what other tabs have done. */
  onNews(listener: (news: News) => void): void {
    this.#news.addEventListener('message', ({ data }) => listener(data as News));
  }

  /** Lets other tabs know of what was put. */
  tell(news: News): void {
    this.#news.postMessage(news);
  }

  async conversations(): Promise<Conversation[]> {
    const all: Conversation[] = this.#database
      ? await result(this.#on('conversations', 'readonly').getAll())
      : [...this.#conversations.values()];
    return all.sort((a, b) => b.updated - a.updated);
  }

  async entries(conversation: string): Promise<Entry[]> {
    return this.#database
      ? result(this.#on('entries', 'readonly').index('conversation').getAll(conversation))
      : [...this.#entries.values()].filter((entry) => entry.conversation === conversation);
  }

  async putConversation(conversation: Conversation): Promise<void> {
    if (this.#database) {
      await result(this.#on('conversations', 'readwrite').put(conversation));
    } else {
      this.#conversations.set(conversation.id, conversation);
    }
  }

  async putEntry(entry: Entry): Promise<void> {
    if (this.#database) {
      await result(this.#on('entries', 'readwrite').put(entry));
    } else {
      this.#entries.set(entry.id, entry);
    }
  }

  async deleteConversation(id: string): Promise<void> {
    for (const entry of await this.entries(id)) {
      this.#entries.delete(entry.id);
      this.#database?.transaction('entries', 'readwrite').objectStore('entries').delete(entry.id);
    }
    this.#conversations.delete(id);
    if (this.#database) {
      await result(this.#on('conversations', 'readwrite').delete(id));
    }
  }

  /** The conversations in whose title or text all these words occur. */
  async search(words: string): Promise<Set<string>> {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const texts = new Map<string, string>();
    const add = (id: string, text: string): unknown => texts.set(id, `${texts.get(id) ?? ''}\n${text.toLowerCase()}`);
    for (const { id, title } of await this.conversations()) {
      add(id, title);
    }
    const all: Entry[] = this.#database
      ? await result(this.#on('entries', 'readonly').getAll())
      : [...this.#entries.values()];
    for (const entry of all) {
      add(entry.conversation, entry.text);
    }
    return new Set([...texts].filter(([, text]) => wanted.every((word) => text.includes(word))).map(([id]) => id));
  }

  #on(name: string, mode: IDBTransactionMode): IDBObjectStore {
    return this.#database!.transaction(name, mode).objectStore(name);
  }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database refused'));
  });
}
