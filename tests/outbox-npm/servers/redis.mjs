/** One number for each box in Redis, with `redis`. A script is atomic. In a cluster its keys want one hash tag, such as `{k3J9}:last`. */
import { createClient } from 'redis';

/** Numbers before `from` that are not done have expired, or were cancelled: they never come. */
const GREET = `
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
if last < ARGV[1] - 1 then redis.call('SET', KEYS[1], ARGV[1] - 1) end
return last`;

const DELIVER = `
local box, n, message = ARGV[1], tonumber(ARGV[2]), cjson.decode(ARGV[3])
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
if n ~= last + 1 then return cjson.encode({done = last}) end
redis.call('SET', KEYS[1], n)

-- The application. It refuses before it does anything: a script has no rollback.
if type(message.item) ~= 'number' or message.item < 0 then
  return cjson.encode({n = n, error = {message = 'no such item', final = true}})
end
local order = redis.call('RPUSH', KEYS[2], cjson.encode({box = box, n = n, item = message.item}))
return cjson.encode({n = n, ok = {order = order}})`;

export async function openStore(url) {
  const redis = await createClient({ url }).on('error', console.error).connect();
  const greet = (box, from) => redis.eval(GREET, { keys: [`last:${box}`], arguments: [String(from)] });
  const deliver = async (box, n, message) => {
    const values = [box, String(n), JSON.stringify(message)];
    return JSON.parse(await redis.eval(DELIVER, { keys: [`last:${box}`, 'orders'], arguments: values }));
  };
  const orders = async () => (await redis.lRange('orders', 0, -1)).map((each) => JSON.parse(each));
  return { greet, deliver, orders };
}
