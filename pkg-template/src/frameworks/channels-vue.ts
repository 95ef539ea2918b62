/** `holdfast-ws/channels/vue`: composables for channels. The types are written by hand, in `channels-vue.d.ts`. */
import { getCurrentScope, onScopeDispose, type ShallowRef, shallowRef } from 'vue';
import { type Bus, CHANGES, type Channel } from './channel-types';

type Reducer = (state: unknown, message: unknown) => unknown;

const onServer = (): boolean => typeof document === 'undefined';

function leaveWithScope(channel: Channel): void {
  if (getCurrentScope()) onScopeDispose(() => channel.leave());
}

export function useChannel(
  bus: Bus,
  name: string,
  reducer: Reducer,
  initial: unknown,
  options?: object,
): { state: ShallowRef<unknown>; channel: Channel | null } {
  const state = shallowRef(initial);
  if (onServer()) return { state, channel: null };
  const channel = bus.channel(name, options);
  channel.on('state', (event: { state: unknown }) => {
    state.value = event.state;
  });
  channel.on('message', (message) => {
    state.value = reducer(state.value, message);
  });
  leaveWithScope(channel);
  return { state, channel };
}

export function usePresence(bus: Bus, name: string, presence?: object): ShallowRef<readonly unknown[]> {
  const members = shallowRef<readonly unknown[]>([]);
  if (onServer()) return members;
  const channel = bus.channel(name, presence && { presence });
  const update = () => {
    members.value = channel.members;
  };
  for (const type of CHANGES) channel.on(type, update);
  update();
  leaveWithScope(channel);
  return members;
}
