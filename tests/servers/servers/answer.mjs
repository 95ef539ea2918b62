/**
 * The application behind each server here: what it does about a message.
 *
 * JSON with an `id` is a request and gets a reply with that `id`; `{"all": …}` goes to everybody; `{"close": 4001, "reason": "…"}` is
 * a wish to be closed; anything else, text or bytes, comes back as it is.
 */
export function answer(data) {
  const said = typeof data === 'string' && data.startsWith('{') ? JSON.parse(data) : {};
  if ('id' in said) return { reply: JSON.stringify({ id: said.id, said: said.say }) };
  if ('all' in said) return { all: JSON.stringify(said) };
  if ('close' in said) return said;
  return { reply: data };
}
