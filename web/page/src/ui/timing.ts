import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Answer } from '../model.js';
import { number, strings, time } from '../strings.js';
import { speed } from '../timeline.js';

const WIDTH = 1000;
const HEIGHT = 24;

/**
 * When things happened: dots while nothing had come, the first token, then how much came when.
 *
 * @param elapsed how long the answer took, or has taken so far
 * @param scale the time that the whole width stands for, so that two answers can be compared
 */
export function rail(answer: Answer, elapsed: number, scale: number): TemplateResult {
  const { timeline } = answer;
  const x = (ms: number): number => Math.min(WIDTH, (ms / Math.max(scale, 1)) * WIDTH);
  const first = timeline.first ?? (timeline.deltas > 0 ? null : elapsed);
  const most = Math.max(1, ...timeline.bins);
  let bars = '';
  timeline.bins.forEach((deltas, i) => {
    if (deltas > 0) {
      const high = 4 + (HEIGHT - 8) * (Math.log1p(deltas) / Math.log1p(most));
      const from = x(Math.max(i * timeline.binMs, timeline.first ?? 0));
      const width = Math.max(1.5, x((i + 1) * timeline.binMs) - from - 0.6);
      bars += `M${from.toFixed(1)} ${HEIGHT - 3}v${-high.toFixed(1)}h${width.toFixed(1)}v${high.toFixed(1)}z`;
    }
  });
  return html`<svg class="rail" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    <path class="rail-base" d="M0 ${HEIGHT - 2.5}H${WIDTH}" />
    ${first === null ? nothing : svg`<path class="rail-wait" d="M0 ${HEIGHT - 2.5}H${x(first).toFixed(1)}" />`}
    ${timeline.stalls.map(
      ({ at, ms }) => svg`<rect class="rail-stall" x=${x(at)} width=${x(ms)} y="4" height=${HEIGHT - 7} />`,
    )}
    <path class="rail-bars" d=${bars} />
    ${
      timeline.first === null
        ? nothing
        : svg`<rect class="rail-first" x=${Math.max(0, x(timeline.first) - 1)} width="3" y="1" height=${HEIGHT - 3} rx="1" />`
    }
  </svg>`;
}

interface Figure {
  name: string;
  value: string;
  kind?: 'good' | 'bad';
  hint?: string;
}

/** The numbers beside the rail. What nobody measured is left out. */
export function figures(answer: Answer, elapsed: number): TemplateResult {
  const t = strings();
  const { timeline, usage, deployment, attempts } = answer;
  const list: Figure[] = [];
  if (timeline.first !== null) {
    const thought = answer.reasoning !== '';
    list.push({
      name: thought ? t.firstThought : answer.streamed ? t.firstToken : t.atOnce,
      value: time(timeline.first),
      kind: 'good',
    });
    if (thought && timeline.text !== null && answer.streamed) {
      list.push({ name: t.firstText, value: time(timeline.text) });
    }
  }
  const fast = speed(timeline, usage);
  if (fast && answer.streamed) {
    list.push({
      name: fast.unit === 'tokens' ? t.speedTokens : t.speedDeltas,
      value: number(fast.perSecond, fast.perSecond < 10 ? 1 : 0),
    });
  }
  if (timeline.stalls.length > 0) {
    list.push({
      name: t.stalls(timeline.stalls.length),
      value: number(timeline.stalls.length),
      kind: 'bad',
      hint: t.longest(time(timeline.longestGap)),
    });
  }
  list.push({ name: t.total, value: time(elapsed) });
  if (usage?.output != null) {
    list.push({ name: t.tokensOut, value: number(usage.output) });
  }
  if (attempts != null && attempts > 1) {
    list.push({ name: t.attempts, value: number(attempts), kind: 'bad' });
  }
  return html`<dl class="figures" aria-label=${t.timing}>
    ${list.map(
      ({ name, value, kind, hint }) => html`<div class=${kind ?? ''} title=${hint ?? ''}>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`,
    )}
    ${
      timeline.resumed > 0
        ? html`<div>
          <dt class="hidden">${t.connection}</dt>
          <dd class="words">${t.resumed(timeline.resumed)}</dd>
        </div>`
        : nothing
    }
    ${
      deployment
        ? html`<div class="deployment" title=${deployment}>
          <dt class="hidden">${t.deployment}</dt>
          <dd class="words"><bdi>${deployment}</bdi></dd>
        </div>`
        : nothing
    }
  </dl>`;
}
