/**
 * The application behind each server here: answers one message.
 *
 * JSON with an `id` is a request, and gets a reply with that `id`. `{"all": …}` is sent to every client. `{"close": 4001, "reason": "…"}` asks
 * the server to close the connection. Anything else, text or bytes, is echoed.
 */
export function answer(data) {
  const said = typeof data === 'string' && data.startsWith('{') ? JSON.parse(data) : {};
  if ('id' in said) return { reply: JSON.stringify({ id: said.id, said: said.say }) };
  if ('all' in said) return { all: JSON.stringify(said) };
  if ('close' in said) return said;
  return { reply: data };
}
