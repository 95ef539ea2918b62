/**
 * NATS JetStream, which drops what comes again by itself: each message has the id `box:n`. The stream's `duplicate_window` has to be
 * longer than the client's `keep`. It has no number for each box, so a connection begins where the client says.
 */
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const NANOS_PER_DAY = 86_400e9;

export async function openStore(servers) {
  const nats = await connect({ servers });
  const manager = await jetstreamManager(nats);
  await manager.streams.add({ name: 'orders', subjects: ['orders'], duplicate_window: 8 * NANOS_PER_DAY });
  const js = jetstream(nats);
  const greet = (_box, from) => from - 1;
  // What failed must not be overtaken, so `serve.mjs` ends the connection at an error.
  const deliver = async (box, n, message) => {
    const { seq } = await js.publish('orders', JSON.stringify({ box, n, ...message }), { msgID: `${box}:${n}` });
    return { n, ok: { order: seq } };
  };
  const orders = async () => {
    const { state } = await manager.streams.info('orders');
    const all = Array.from({ length: state.messages }, (_, index) =>
      manager.streams.getMessage('orders', { seq: state.first_seq + index }),
    );
    return (await Promise.all(all)).map((each) => each.json());
  };
  return { greet, deliver, orders };
}
