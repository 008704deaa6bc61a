// The AI SDK with its providers for OpenAI (chat and Responses), Anthropic, Google, AWS Bedrock and
// whatever is compatible.
// Arguments: where everything is, as RecordedServer wrote it.
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, jsonSchema, streamText, tool } from 'ai';
import { summary } from './check.mjs';
import { everywhere, PARAMETERS, scenarios, TOOL } from './suite.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

// Nothing is stored for these tests, so a turn that is brought back has to be there whole.
const providerOptions = { openai: { store: false } };
const tools = { [TOOL]: tool({ inputSchema: jsonSchema(PARAMETERS) }) };

function client(model, quote) {
  return class {
    quote = quote;
    words = { stop: 'stop', length: 'length', filtered: 'content-filter' };

    constructor(root) {
      this.model = model(root);
    }

    async send(name, stream, messages) {
      const body = { model: this.model(name), messages, tools, maxRetries: 0, maxOutputTokens: 1000, providerOptions };
      if (!stream) {
        return generateText(body);
      }
      let failed;
      const result = streamText({ ...body, onError: ({ error }) => (failed = error) });
      await result.consumeStream();
      if (failed) {
        throw failed;
      }
      return {
        text: await result.text,
        reasoningText: await result.reasoningText,
        toolCalls: await result.toolCalls,
        finishReason: await result.finishReason,
        usage: await result.usage,
        response: await result.response,
      };
    }

    async ask(name, stream) {
      const got = await this.send(name, stream, [{ role: 'user', content: 'Play.' }]);
      return {
        text: got.text,
        reasoning: got.reasoningText ?? '',
        calls: got.toolCalls,
        finish: got.finishReason,
        input: got.usage.inputTokens,
        cached: got.usage.inputTokenDetails?.cacheReadTokens ?? got.usage.cachedInputTokens,
        output: got.usage.outputTokens,
      };
    }

    async roundTrip(name, stream, results) {
      const messages = [{ role: 'user', content: 'Where is it warm?' }];
      const got = await this.send(name, stream, messages);
      messages.push(...got.response.messages, {
        role: 'tool',
        content: got.toolCalls.map(({ toolCallId, toolName }, i) => ({
          type: 'tool-result',
          toolCallId,
          toolName,
          output: { type: 'text', value: results[i] },
        })),
      });
      return {
        text: got.text,
        calls: got.toolCalls.map(({ toolName, input }) => [toolName, input]),
        final: (await this.send(name, stream, messages)).text,
      };
    }

    async see(name, stream, images) {
      const parts = images.map((type) => ({ type: 'image', image: scenarios.bytes[type], mediaType: type }));
      const content = [...parts, { type: 'text', text: 'What is this?' }];
      return (await this.send(name, stream, [{ role: 'user', content }])).text;
    }

    async part(name) {
      let text = '';
      let failed;
      const result = streamText({
        model: this.model(name),
        prompt: 'Play.',
        maxRetries: 0,
        onError: ({ error }) => (failed = error),
      });
      for await (const part of result.fullStream) {
        text += part.type === 'text-delta' ? part.text : '';
      }
      return { text, error: failed };
    }

    status(error) {
      return APICallError.isInstance(error) ? error.statusCode : error;
    }
  };
}

const apiKey = 'none';
const kinds = {
  'OpenAI chat': (root) => createOpenAI({ baseURL: `${root}/v1`, apiKey }).chat,
  'OpenAI Responses': (root) => createOpenAI({ baseURL: `${root}/v1`, apiKey }).responses,
  Anthropic: (root) => createAnthropic({ baseURL: `${root}/v1`, apiKey }),
  // Where a name has slashes this provider leaves "models/" to the program.
  Google: (root) => {
    const google = createGoogleGenerativeAI({ baseURL: `${root}/v1beta`, apiKey });
    return (name) => google(`models/${name}`);
  },
  Bedrock: (root) => createAmazonBedrock({ baseURL: root, apiKey, region: 'us-east-1' }),
  compatible: (root) =>
    createOpenAICompatible({ name: 'firsttoken', baseURL: `${root}/v1`, apiKey, includeUsage: true }),
};
for (const [kind, model] of Object.entries(kinds)) {
  console.log(`   ${kind}`);
  // OpenAI's own chat has no thinking, and its provider looks for none.
  const quote = kind === 'Google' ? (content) => JSON.stringify({ name: TOOL, content }) : undefined;
  await everywhere(client(model, quote), { lost: kind === 'OpenAI chat' ? ['thinking'] : [] });
}
summary();
