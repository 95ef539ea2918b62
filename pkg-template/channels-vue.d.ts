/** `holdfast-ws/channels/vue`: composables for the channels of a bus, which the application makes once, outside of components. */
import type { ShallowRef } from 'vue';
import type { Channel, ChannelMessage, ChannelOptions, Channels, Member } from './channels';

/**
 * Uses a channel until the scope ends. `state` is made from `initial` by each message, or by the channel's `load()`. `channel` is `null` on
 * a server.
 *
 * @example const { state: prices } = useChannel(bus, 'news', (prices, { data }) => [...prices, data], []);
 */
export declare function useChannel<Message, State>(
  bus: Channels<Message>,
  name: string,
  reducer: (state: State, message: ChannelMessage<Message>) => State,
  initial: State,
  options?: ChannelOptions<State>,
): { state: Readonly<ShallowRef<State>>; channel: Channel<Message, State> | null };

/** Returns the members of a channel, until the scope ends. With `presence`, the user is one of them. */
export declare function usePresence<Message>(
  bus: Channels<Message>,
  name: string,
  presence?: ChannelOptions['presence'],
): Readonly<ShallowRef<readonly Member[]>>;
