// A server of your own in front of FirstToken: it says who may ask, and passes the answer on.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createClient } from 'firsttoken';

const chat = createClient({ baseUrl: process.env.FIRSTTOKEN_URL ?? 'http://127.0.0.1:8080' });

createServer(async (request, response) => {
  const stream = chat.stream({ message: await text(request), model: process.env.MODEL });
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.on('close', () => stream.stop().catch(console.error));
  Readable.fromWeb(stream.toReadableStream()).pipe(response);
}).listen(process.env.PORT ?? 3000, '127.0.0.1', function () {
  console.log(`http://127.0.0.1:${this.address().port}`);
});
