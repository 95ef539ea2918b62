/** `holdfast-ws/channels/react`: hooks for the channels of a bus, which the application makes once, outside of components. */
import type { Channel, ChannelMessage, ChannelOptions, Channels, Member } from './channels';

/**
 * Uses a channel while the component is mounted. Returns the state, made from `initial` by each message, or by the channel's `load()`,
 * and the channel; `null` before the first effect. The first `initial` and `options` count. Another bus or name begins anew.
 *
 * @example const [prices, news] = useChannel(bus, 'news', (prices, { data }) => [...prices, data], []);
 */
export declare function useChannel<Message, State>(
  bus: Channels<Message> | null | undefined,
  name: string,
  reducer: (state: State, message: ChannelMessage<Message>) => State,
  initial: State,
  options?: ChannelOptions<State>,
): [state: State, channel: Channel<Message, State> | null];

/** Returns the members of a channel. With `presence`, the user is one of them. Renders again when they change. Another bus, name or presence begins anew. */
export declare function usePresence<Message>(
  bus: Channels<Message> | null | undefined,
  name: string,
  presence?: ChannelOptions['presence'],
): readonly Member[];
