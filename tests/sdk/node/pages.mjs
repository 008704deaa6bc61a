// What pages are built on: the AI SDK's transport with its message stream, and AG-UI's agent.
// Arguments: where everything is, as RecordedServer wrote it.
import { HttpAgent } from '@ag-ui/client';
import { DefaultChatTransport, readUIMessageStream } from 'ai';
import { check, holds, same, summary } from './check.mjs';
import { everywhere, PARAMETERS, place, scenarios, TOOL } from './suite.mjs';

// One of them also writes to the console what it throws.
console.error = () => {};

const TOOLS = [{ name: TOOL, description: 'Tells the weather.', parameters: PARAMETERS }];

// Clients for pages tell no status.
function watching(client) {
  return async (...request) => {
    const response = await fetch(...request);
    client.lastStatus = response.status;
    return response;
  };
}

const parts = (message, type) => (message?.parts ?? []).filter((part) => part.type === type);
const texts = (message, type) => parts(message, type).map(({ text }) => text).join('');
const calls = (message) => (message?.parts ?? []).filter(({ type }) => type.startsWith('tool-'));

class Ui {
  words = { stop: 'stop', length: 'length', filtered: 'content-filter' };

  constructor(root) {
    this.root = root;
  }

  transport(model) {
    return new DefaultChatTransport({ api: `${this.root}/chat/ui`, body: { model, tools: TOOLS }, fetch: watching(this) });
  }

  async send(model, messages) {
    const stream = await this.transport(model).sendMessages({
      chatId: 'a chat',
      messages,
      trigger: 'submit-message',
    });
    return read(stream);
  }

  async ask(model) {
    const { message, finish, error } = await this.send(model, [user({ type: 'text', text: 'Play.' })]);
    if (error) {
      throw error;
    }
    return {
      text: texts(message, 'text'),
      reasoning: texts(message, 'reasoning'),
      calls: calls(message),
      finish: finish?.finishReason,
      input: message?.metadata?.usage.inputTokens,
      cached: message?.metadata?.usage.cachedInputTokens,
      output: message?.metadata?.usage.outputTokens,
    };
  }

  async roundTrip(model, stream, results) {
    const question = user({ type: 'text', text: 'Where is it warm?' });
    const { message } = await this.send(model, [question]);
    const called = calls(message);
    const got = { text: texts(message, 'text'), calls: called.map(({ type, input }) => [type.slice(5), input]) };
    called.forEach((part, i) => Object.assign(part, { state: 'output-available', output: results[i] }));
    return { ...got, final: texts((await this.send(model, [question, message])).message, 'text') };
  }

  async see(model, stream, images) {
    const files = images.map((type) => ({
      type: 'file',
      mediaType: type,
      url: `data:${type};base64,${scenarios.bytes[type]}`,
    }));
    return texts((await this.send(model, [user(...files, { type: 'text', text: 'What is this?' })])).message, 'text');
  }

  async part(model) {
    try {
      const { message, error } = await this.send(model, [user({ type: 'text', text: 'Play.' })]);
      return { text: texts(message, 'text'), error };
    } catch (error) {
      return { text: '', error };
    }
  }

  status(error) {
    return /[a-z]/i.test(error.message) ? this.lastStatus : error;
  }
}

const user = (...content) => ({ id: 'question', role: 'user', parts: content });

// The message as it was last, and the part that it finished with.
async function read(stream) {
  const [shown, told] = stream.tee();
  let message;
  let error;
  for await (const next of readUIMessageStream({ stream: shown, onError: (e) => (error = e) })) {
    message = structuredClone(next);
  }
  let finish;
  for await (const part of told) {
    finish = part.type === 'finish' ? part : finish;
  }
  return { message, finish, error };
}

class AgUi {
  words = { stop: 'stop', length: 'length', filtered: 'content_filter' };

  constructor(root) {
    this.root = root;
  }

  async send(model, messages) {
    const agent = new HttpAgent({
      url: `${this.root}/chat/ag-ui`,
      initialMessages: messages,
      fetch: watching(this),
    });
    const got = { text: '', reasoning: '', calls: [] };
    try {
      const { newMessages } = await agent.runAgent(
        {
          forwardedProps: { model },
          tools: TOOLS,
        },
        {
          onTextMessageContentEvent: ({ event }) => void (got.text += event.delta),
          onReasoningMessageContentEvent: ({ event }) => void (got.reasoning += event.delta),
          onToolCallEndEvent: ({ toolCallName, toolCallArgs }) => void got.calls.push([toolCallName, toolCallArgs]),
          onRunFinishedEvent: ({ event }) => void (got.finished = event),
          onRunErrorEvent: ({ event }) => void (got.error = new Error(event.message)),
        },
      );
      got.messages = newMessages;
    } catch (e) {
      got.error ??= e;
    }
    return got;
  }

  async ask(model) {
    const got = await this.send(model, [question('Play.')]);
    if (got.error) {
      throw got.error;
    }
    const usage = got.finished.usage?.[0];
    return {
      ...got,
      finish: got.finished.result.finishReason,
      input: usage?.inputTokens,
      cached: usage?.cachedInputTokens,
      output: usage?.outputTokens,
    };
  }

  async roundTrip(model, stream, results) {
    const asked = question('Where is it warm?');
    const got = await this.send(model, [asked]);
    const ids = got.messages.flatMap(({ toolCalls }) => toolCalls ?? []).map(({ id }) => id);
    const said = ids.map((toolCallId, i) => ({ id: `r${i}`, role: 'tool', toolCallId, content: results[i] }));
    const { text } = await this.send(model, [asked, ...got.messages, ...said]);
    return { text: got.text, calls: got.calls, final: text };
  }

  async see(model, stream, images) {
    const pictures = images.map((type) => ({
      type: 'image',
      source: { type: 'data', value: scenarios.bytes[type], mimeType: type },
    }));
    return (await this.send(model, [question([...pictures, { type: 'text', text: 'What is this?' }])])).text;
  }

  async part(model) {
    return this.send(model, [question('Play.')]);
  }

  status(error) {
    return /[a-z]/i.test(error.message) ? this.lastStatus : error;
  }
}

const question = (content) => ({ id: 'question', role: 'user', content });

console.log('   AI SDK, UI message stream');
await everywhere(Ui, { direct: false, whole: false });
console.log('   AG-UI');
await everywhere(AgUi, { direct: false, whole: false });

await check('a chat is found again', async () => {
  const client = new Ui(place.gateway);
  const transport = client.transport('sim/tokens-40+gap-50ms');
  transport.headers = { 'x-firsttoken-on-disconnect': 'detach' };
  const send = { chatId: 'chat 7', messages: [user({ type: 'text', text: 'Play.' })], trigger: 'submit-message' };
  const abort = new AbortController();
  const first = await transport.sendMessages({ ...send, abortSignal: abort.signal });
  const reader = first.getReader();
  while ((await reader.read()).value.type !== 'text-delta');
  abort.abort();
  const again = await transport.reconnectToStream({ chatId: 'chat 7' });
  const { message, finish } = await read(again);
  same(texts(message, 'text').split(' ').length > 5, true);
  same(finish.finishReason, 'stop');
  same(await transport.reconnectToStream({ chatId: 'chat 7' }), null);
  holds(message.id.startsWith('msg_'), message.id);
});
summary();
