import { setLanguage } from './strings.js';

/** What a person has set for this browser. */
export interface Preferences {
  theme: 'auto' | 'light' | 'dark';
  /** Empty for the browser's. */
  language: string;
  keepKey: boolean;
}

const PLACE = 'firsttoken.preferences';
const KEY_PLACE = 'firsttoken.key';
const DRAFT_PLACE = 'firsttoken.draft';

let current: Preferences = { theme: 'auto', language: '', keepKey: false };
let key = '';

function storage(kind: 'local' | 'session'): Storage | null {
  try {
    return kind === 'local' ? localStorage : sessionStorage;
  } catch {
    return null;
  }
}

export function loadPreferences(): void {
  try {
    current = { ...current, ...JSON.parse(storage('local')?.getItem(PLACE) ?? '{}') };
  } catch {
    // Whoever broke it gets the defaults.
  }
  key = storage('session')?.getItem(KEY_PLACE) ?? storage('local')?.getItem(KEY_PLACE) ?? '';
  apply();
}

export function preferences(): Readonly<Preferences> {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  storage('local')?.setItem(PLACE, JSON.stringify(current));
  setKey(key);
  apply();
}

/** The caller key that this server wants to see, empty for none. */
export function callerKey(): string {
  return key;
}

export function setKey(value: string): void {
  key = value.trim();
  for (const kind of ['local', 'session'] as const) {
    const keep = key !== '' && (kind === 'session' || current.keepKey);
    if (keep) {
      storage(kind)?.setItem(KEY_PLACE, key);
    } else {
      storage(kind)?.removeItem(KEY_PLACE);
    }
  }
}

/** What this tab was writing when its page was left. */
export function draft(): string {
  return storage('session')?.getItem(DRAFT_PLACE) ?? '';
}

export function setDraft(text: string): void {
  try {
    storage('session')?.setItem(DRAFT_PLACE, text);
  } catch {
    // There is no more room. It is still where it was written.
  }
}

function apply(): void {
  setLanguage(current.language);
  document.documentElement.dataset.theme = current.theme;
}
