export { fromExport, toJson, toMarkdown } from '../src/export.js';
export { dress } from '../src/markdown/dress.js';
export { lex, toHtml } from '../src/markdown/parse.js';
export { sanitise } from '../src/markdown/sanitise.js';
export { MarkdownView } from '../src/markdown/view.js';
export { newConversation, newId, steps } from '../src/model.js';
export { mark, newTimeline, speed } from '../src/timeline.js';
export { languages, strings, time } from '../src/strings.js';
export { WireLog } from '../src/wire-log.js';
