import { ConnectionError, FirstTokenError, HttpError, StreamTruncatedError } from 'firsttoken';
import type { Answer, Failure } from './model.js';
import type { Strings } from './strings.js';

export function failureOf(error: unknown): Failure {
  const known = error instanceof FirstTokenError ? error : null;
  const network = error instanceof ConnectionError || error instanceof TypeError;
  return {
    code: network ? 'network' : error instanceof StreamTruncatedError ? 'truncated' : (known?.code ?? 'internal'),
    message: error instanceof Error ? error.message : String(error),
    status: error instanceof HttpError ? error.status : null,
    retryAfterMs: error instanceof HttpError ? error.retryAfterMs : null,
  };
}

/** What a person can do about it. */
export type NextStep = 'again' | 'key' | 'model' | 'read-on';

export interface Explained {
  title: keyof Strings['errorTitles'];
  next: NextStep;
}

/** What happened, in words that a person knows, and what is worth trying. */
export function explain(answer: Answer): Explained {
  if (answer.state === 'lost') {
    return { title: 'lost', next: 'again' };
  }
  const { code = '', status = null } = answer.failure ?? {};
  if (code === 'network') {
    return { title: 'network', next: answer.streamId === null ? 'again' : 'read-on' };
  }
  if (code === 'truncated') {
    return { title: 'cut', next: answer.streamId !== null && answer.finish === null ? 'read-on' : 'again' };
  }
  if (status === 401 || status === 403) {
    return { title: 'key', next: 'key' };
  }
  if (status === 404 || code === 'model_not_found') {
    return { title: 'model', next: 'model' };
  }
  if (status === 429 || code.includes('rate_limit')) {
    return { title: 'busy', next: 'again' };
  }
  if (code === 'draining') {
    return { title: 'draining', next: 'again' };
  }
  if (/timeout|stall|deadline/.test(code) || status === 504) {
    return { title: 'late', next: 'again' };
  }
  if (status !== null && status >= 400 && status < 500) {
    return { title: 'invalid', next: 'again' };
  }
  return { title: code === 'upstream_truncated' ? 'cut' : 'provider', next: 'again' };
}
