import type { Timeline, Usage } from './model.js';

const BINS = 240;

/** The width of a bin at first, in milliseconds. */
const FINEST = 4;

/** Silence that counts as a stall. */
export const STALL_MS = 1000;

const MOST_STALLS = 100;

export function newTimeline(): Timeline {
  return {
    first: null,
    text: null,
    last: null,
    end: null,
    deltas: 0,
    stalls: [],
    longestGap: 0,
    resumed: 0,
    bins: [],
    binMs: FINEST,
  };
}

/**
 * Notes that a delta came. Costs the same however many came before: when time runs out of bins, two
 * become one.
 *
 * @param at milliseconds from the start
 * @param replay whether it had been said before, so that its time says nothing
 */
export function mark(timeline: Timeline, at: number, kind: 'text' | 'reasoning', replay = false): void {
  timeline.deltas++;
  if (!replay) {
    timeline.first ??= timeline.resumed === 0 ? at : null;
    if (kind === 'text') {
      timeline.text ??= timeline.first === null ? null : at;
    }
    const gap = at - (timeline.last ?? at);
    timeline.longestGap = Math.max(timeline.longestGap, gap);
    if (gap >= STALL_MS && timeline.stalls.length < MOST_STALLS) {
      timeline.stalls.push({ at: at - gap, ms: gap });
    }
  }
  timeline.last = at;
  while (at >= BINS * timeline.binMs) {
    for (let i = 0; 2 * i < timeline.bins.length; i++) {
      timeline.bins[i] = (timeline.bins[2 * i] ?? 0) + (timeline.bins[2 * i + 1] ?? 0);
    }
    timeline.bins.length = Math.ceil(timeline.bins.length / 2);
    timeline.binMs *= 2;
  }
  const bin = Math.floor(at / timeline.binMs);
  while (timeline.bins.length <= bin) {
    timeline.bins.push(0);
  }
  timeline.bins[bin] = (timeline.bins[bin] ?? 0) + 1;
}

/** How fast it went, once there is something to say. The first token's wait is no part of it. */
export function speed(
  timeline: Timeline,
  usage: Usage | null,
): { perSecond: number; unit: 'tokens' | 'deltas' } | null {
  const { first, last, deltas } = timeline;
  const seconds = first === null || last === null ? 0 : (last - first) / 1000;
  if (seconds < 0.05 || deltas < 2 || timeline.resumed > 0) {
    return null;
  }
  const tokens = usage?.output ?? null;
  return tokens !== null && tokens > 1
    ? { perSecond: (tokens - 1) / seconds, unit: 'tokens' }
    : { perSecond: (deltas - 1) / seconds, unit: 'deltas' };
}
