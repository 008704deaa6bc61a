// A relay as one writes it on Node's own http: bytes as they are, or /chat/stream with JSON.
import http from 'node:http';

const [port, upstreamPort] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 4096 });

function ask(body, answer, take) {
  const request = http.request(
    {
      agent,
      host: '127.0.0.1',
      port: upstreamPort,
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    },
    take,
  );
  request.on('error', () => answer.destroy());
  answer.on('close', () => request.destroy());
  request.end(body);
}

function verbatim(body, answer) {
  ask(body, answer, (upstream) => {
    answer.writeHead(upstream.statusCode, { 'content-type': upstream.headers['content-type'] });
    upstream.pipe(answer);
  });
}

function simple(body, answer) {
  const { message, model } = JSON.parse(body);
  const question = { model, stream: true, messages: [{ role: 'user', content: message }] };
  ask(Buffer.from(JSON.stringify(question)), answer, (upstream) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    let rest = '';
    upstream.setEncoding('utf8');
    upstream.on('data', (text) => {
      const events = (rest + text).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        if (!event.startsWith('data: ')) continue;
        const data = event.slice(6);
        if (data === '[DONE]') continue;
        const content = JSON.parse(data).choices?.[0]?.delta?.content;
        if (content) answer.write(`data: ${JSON.stringify({ content })}\n\n`);
      }
    });
    upstream.on('end', () => answer.end('data: [DONE]\n\n'));
  });
}

http
  .createServer((request, answer) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces);
      (request.url === '/chat/stream' ? simple : verbatim)(body, answer);
    });
  })
  .listen({ port, host: '127.0.0.1', backlog: 4096 });
