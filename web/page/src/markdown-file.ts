import { type Conversation, type Entry, isOver, steps } from './model.js';
import { date, strings } from './strings.js';

/**
 * Conversations as Markdown: for people and other programs, and with marks that no renderer shows,
 * by which they are read back. Pictures and times are no part of it.
 */

/** What a section is, and of an answer how it ended. */
const MARK = /^(.*?) ?<!-- firsttoken:(conversation|system|question|answer|note)(?: (\w+))? -->$/;

function mark(kind: string, state = ''): string {
  return `<!-- firsttoken:${state === '' ? kind : `${kind} ${state}`} -->`;
}

/** Text in which nothing is taken for a mark. */
function unmarked(text: string): string {
  return text.replaceAll('<!-- firsttoken:', '&lt;!-- firsttoken:');
}

export function isMarkdown(file: string): boolean {
  return MARK.exec(file.trimStart().split('\n', 1)[0]?.trimEnd() ?? '')?.[2] === 'conversation';
}

export function toMarkdown(conversation: Conversation, entries: Entry[]): string {
  const t = strings();
  const parts = [
    `# ${unmarked(conversation.title || t.untitled)} ${mark('conversation')}`,
    `*${date(conversation.created)}*`,
  ];
  const system = unmarked(conversation.system.trim());
  if (system !== '') {
    parts.push(`> **${t.systemPrompt}** ${mark('system')}\n>\n> ${system.replaceAll('\n', '\n> ')}`);
  }
  for (const { question, answers } of steps(conversation, entries)) {
    parts.push(`## ${t.you} ${mark('question')}`, unmarked(question.text));
    for (const answer of answers) {
      const model = answer.answeredBy ?? (answer.model || t.defaultModel);
      parts.push(`## ${unmarked(model)} ${mark('answer', answer.state)}`, unmarked(answer.text));
      if (isOver(answer) && answer.state !== 'complete') {
        parts.push(`*${answer.state === 'stopped' ? t.stoppedNote : t.errorTitles.cut}* ${mark('note')}`);
      }
    }
  }
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

interface Section {
  head: string;
  kind: string;
  state: string;
  lines: string[];
}

/** What a file of {@link toMarkdown} says, in the shape of a JSON export. */
export function fromMarkdown(file: string): Record<string, unknown> {
  const sections: Section[] = [];
  for (const line of file.replace(/\r\n?/g, '\n').split('\n')) {
    const found = MARK.exec(line);
    if (found) {
      const [, head = '', kind = '', state = ''] = found;
      sections.push({ head: head.replace(/^#+ /, ''), kind, state, lines: [] });
    } else {
      sections.at(-1)?.lines.push(line);
    }
  }
  const conversation = { title: '', system: '' };
  const entries: Record<string, unknown>[] = [];
  let question: string | null = null;
  let answer: string | null = null;
  for (const [i, { head, kind, state, lines }] of sections.entries()) {
    const text = lines.join('\n').trim().replaceAll('&lt;!-- firsttoken:', '<!-- firsttoken:');
    const base = { id: `${i}`, kind, created: Date.now() + i, text };
    if (kind === 'conversation') {
      conversation.title = head;
    } else if (kind === 'system') {
      conversation.system = text.replace(/^> ?/gm, '').trim();
    } else if (kind === 'question') {
      entries.push({ ...base, parent: answer });
      question = base.id;
      answer = null;
    } else if (kind === 'answer') {
      entries.push({ ...base, parent: question, round: `${question}`, model: head, state });
      // A conversation goes on from the first of those that stand side by side.
      answer ??= base.id;
    }
  }
  return { conversation, entries };
}
