// Portkey appends to the headers of what fetch answers, which Node's own fetch forbids: without this
// it answers every request with 500. Each answer is given headers that can be changed.
const fetchIt = globalThis.fetch;
globalThis.fetch = async (...request) => {
  const { body, status, statusText, headers } = await fetchIt(...request);
  return new Response(body, { status, statusText, headers });
};
