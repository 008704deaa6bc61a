// The official npm client for Anthropic's Messages.
// Arguments: where everything is, as RecordedServer wrote it.
import Anthropic from '@anthropic-ai/sdk';
import { summary } from './check.mjs';
import { everywhere, PARAMETERS, scenarios, TOOL } from './suite.mjs';

const said = (message) => ({
  text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
  reasoning: message.content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
  calls: message.content.filter(({ type }) => type === 'tool_use').map(({ name, input }) => [name, input]),
});

class Client {
  words = { stop: 'end_turn', length: 'max_tokens', filtered: 'refusal' };

  constructor(root) {
    this.client = new Anthropic({ baseURL: root, apiKey: 'none', maxRetries: 0, timeout: 30_000 });
  }

  send(model, stream, messages) {
    const body = { model, max_tokens: 1000, messages, tools: [{ name: TOOL, input_schema: PARAMETERS }] };
    return stream ? this.client.messages.stream(body).finalMessage() : this.client.messages.create(body);
  }

  async ask(model, stream) {
    const message = await this.send(model, stream, [{ role: 'user', content: 'Play.' }]);
    const { usage } = message;
    const cached = usage.cache_read_input_tokens ?? 0;
    return {
      ...said(message),
      finish: message.stop_reason,
      input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
      cached,
      output: usage.output_tokens,
    };
  }

  async roundTrip(model, stream, results) {
    const messages = [{ role: 'user', content: 'Where is it warm?' }];
    const message = await this.send(model, stream, messages);
    const calls = message.content.filter(({ type }) => type === 'tool_use');
    messages.push(
      { role: 'assistant', content: message.content },
      {
        role: 'user',
        content: calls.map(({ id }, i) => ({ type: 'tool_result', tool_use_id: id, content: results[i] })),
      },
    );
    return { ...said(message), final: said(await this.send(model, stream, messages)).text };
  }

  async see(model, stream, images) {
    const parts = images.map((type) => ({
      type: 'image',
      source: { type: 'base64', media_type: type, data: scenarios.bytes[type] },
    }));
    const content = [...parts, { type: 'text', text: 'What is this?' }];
    return said(await this.send(model, stream, [{ role: 'user', content }])).text;
  }

  async part(model) {
    let text = '';
    try {
      const stream = this.client.messages.stream({
        model,
        max_tokens: 1000,
        messages: [{ role: 'user', content: 'Play.' }],
      });
      stream.on('text', (delta) => (text += delta));
      await stream.finalMessage();
    } catch (error) {
      return { text, error };
    }
    return { text };
  }

  status(error) {
    return error instanceof Anthropic.APIError ? error.status : error;
  }
}

await everywhere(Client);
summary();
