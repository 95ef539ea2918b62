/** `holdfast-ws/channels/vue`: composables for channels. The types are written by hand, in `channels-vue.d.ts`. */
import {
  getCurrentScope,
  type MaybeRefOrGetter,
  onScopeDispose,
  type ShallowRef,
  shallowRef,
  toRaw,
  toValue,
  watch,
} from 'vue';
import { type Bus, CHANGES, type Channel } from './channel-types';

type Reducer = (state: unknown, message: unknown) => unknown;
type Given<Value> = MaybeRefOrGetter<Value>;

/** Uses a channel until the scope ends, and another one when the bus, the name or the presence is another. */
function follow(
  bus: Given<Bus | null | undefined>,
  name: Given<string>,
  options: () => object | undefined,
  use: (channel: Channel | null) => void,
  presence?: Given<object | undefined>,
): void {
  // Not on a server.
  if (typeof document === 'undefined') return;
  // A `ref` makes a bus reactive, and private members are not reached through that.
  const busOf = () => toRaw(toValue(bus));
  const nameOf = () => toValue(name);
  let used: Channel | null = null;
  const begin = () => {
    used?.leave();
    used = busOf()?.channel(nameOf(), options()) ?? null;
    use(used);
  };
  begin();
  watch([busOf, nameOf, () => JSON.stringify(toValue(presence))], begin);
  if (getCurrentScope()) onScopeDispose(() => used?.leave());
}

export function useChannel(
  bus: Given<Bus | null | undefined>,
  name: Given<string>,
  reducer: Reducer,
  initial: unknown,
  options?: object,
): { state: ShallowRef<unknown>; channel: ShallowRef<Channel | null> } {
  const state = shallowRef(initial);
  const channel = shallowRef<Channel | null>(null);
  follow(
    bus,
    name,
    () => options,
    (used) => {
      channel.value = used;
      state.value = initial;
      used?.on('state', (event: { state: unknown }) => {
        state.value = event.state;
      });
      used?.on('message', (message) => {
        state.value = reducer(state.value, message);
      });
    },
  );
  return { state, channel };
}

export function usePresence(
  bus: Given<Bus | null | undefined>,
  name: Given<string>,
  presence?: Given<object | undefined>,
): ShallowRef<readonly unknown[]> {
  const members = shallowRef<readonly unknown[]>([]);
  const options = () => {
    const given = toValue(presence);
    return given && { presence: given };
  };
  const use = (used: Channel | null) => {
    const update = () => {
      members.value = used?.members ?? [];
    };
    for (const type of CHANGES) used?.on(type, update);
    update();
  };
  follow(bus, name, options, use, presence);
  return members;
}
