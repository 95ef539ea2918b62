/** `holdfast-ws/channels/vue`: composables for the channels of a bus, which the application makes once, outside of components. */
import type { MaybeRefOrGetter, ShallowRef } from 'vue';
import type { Channel, ChannelMessage, ChannelOptions, Channels, Member } from './channels';

/**
 * Uses a channel until the scope ends. `state` is made from `initial` by each message, or by the channel's `load()`. `channel` is `null` on
 * a server. Another bus or name, if they are refs or getters, begins anew from `initial`.
 *
 * @example const { state: prices } = useChannel(bus, 'news', (prices, { data }) => [...prices, data], []);
 */
export declare function useChannel<Message, State>(
  bus: MaybeRefOrGetter<Channels<Message> | null | undefined>,
  name: MaybeRefOrGetter<string>,
  reducer: (state: State, message: ChannelMessage<Message>) => State,
  initial: State,
  options?: ChannelOptions<State>,
): { state: Readonly<ShallowRef<State>>; channel: Readonly<ShallowRef<Channel<Message, State> | null>> };

/**
 * Returns the members of a channel, until the scope ends. With `presence`, the user is one of them. Another bus, name or presence, if they are
 * refs or getters, begins anew.
 */
export declare function usePresence<Message>(
  bus: MaybeRefOrGetter<Channels<Message> | null | undefined>,
  name: MaybeRefOrGetter<string>,
  presence?: MaybeRefOrGetter<ChannelOptions['presence']>,
): Readonly<ShallowRef<readonly Member[]>>;
