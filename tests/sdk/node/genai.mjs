// The official npm client for Gemini.
// Arguments: where everything is, as RecordedServer wrote it.
import { ApiError, GoogleGenAI } from '@google/genai';
import { summary } from './check.mjs';
import { everywhere, PARAMETERS, scenarios, TOOL } from './suite.mjs';

const parts = (chunks) => chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
const said = (chunks) => ({
  text: parts(chunks).map(({ text, thought }) => (thought ? '' : (text ?? ''))).join(''),
  reasoning: parts(chunks).map(({ text, thought }) => (thought ? text : '')).join(''),
  calls: parts(chunks).filter((part) => part.functionCall).map(({ functionCall: { name, args } }) => [name, args]),
});

class Client {
  words = { stop: 'STOP', length: 'MAX_TOKENS', filtered: 'SAFETY' };

  constructor(root) {
    this.client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: root, timeout: 30_000 } });
  }

  async send(model, stream, contents) {
    const body = {
      model,
      contents,
      config: { tools: [{ functionDeclarations: [{ name: TOOL, parametersJsonSchema: PARAMETERS }] }] },
    };
    if (!stream) {
      return [await this.client.models.generateContent(body)];
    }
    const chunks = [];
    for await (const chunk of await this.client.models.generateContentStream(body)) {
      chunks.push(chunk);
    }
    return chunks;
  }

  async ask(model, stream) {
    const chunks = await this.send(model, stream, 'Play.');
    const { usageMetadata: usage, candidates } = chunks.at(-1);
    return {
      ...said(chunks),
      finish: candidates[0].finishReason,
      input: usage.promptTokenCount,
      cached: usage.cachedContentTokenCount,
      output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    };
  }

  async roundTrip(model, stream, results) {
    const contents = [{ role: 'user', parts: [{ text: 'Where is it warm?' }] }];
    const chunks = await this.send(model, stream, contents);
    const calls = parts(chunks).flatMap(({ functionCall }) => functionCall ?? []);
    contents.push(
      { role: 'model', parts: parts(chunks) },
      {
        role: 'user',
        parts: calls.map(({ id, name }, i) => ({ functionResponse: { id, name, response: { result: results[i] } } })),
      },
    );
    return { ...said(chunks), final: said(await this.send(model, stream, contents)).text };
  }

  async see(model, stream, images) {
    const data = images.map((type) => ({ inlineData: { mimeType: type, data: scenarios.bytes[type] } }));
    const contents = [{ role: 'user', parts: [...data, { text: 'What is this?' }] }];
    return said(await this.send(model, stream, contents)).text;
  }

  async part(model) {
    let text = '';
    try {
      for await (const chunk of await this.client.models.generateContentStream({ model, contents: 'Play.' })) {
        text += said([chunk]).text;
      }
    } catch (error) {
      return { text, error };
    }
    return { text };
  }

  status(error) {
    return error instanceof ApiError ? error.status : error;
  }
}

await everywhere(Client);
summary();
