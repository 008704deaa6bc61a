import { useChatStream } from 'firsttoken/react';

export function Ask({ client }) {
  const { status, text, error, send, stop } = useChatStream(client);
  const running = status === 'connecting' || status === 'streaming' || status === 'reconnecting';
  return (
    <>
      <button type="button" onClick={() => (running ? stop() : send({ message: 'Hello' }))}>
        {running ? 'Stop' : 'Ask'}
      </button>
      <p aria-busy={running}>
        {text}
        {error && ` [${error.message}]`}
      </p>
    </>
  );
}
