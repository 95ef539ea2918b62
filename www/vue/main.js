/** `holdfast-ws/vue`, in a page: two components and one socket. Another server: `?url=wss://example.com/live`. */
import { useWebSocket } from 'holdfast-ws/vue';
import { createApp, h, ref, shallowRef } from 'vue';

const endpoint = `vue ${Math.random().toString(36).slice(2, 8)}`;
const own = `${location.origin.replace('http', 'ws')}/echo?${new URLSearchParams({ endpoint })}`;
const url = ref(new URLSearchParams(location.search).get('url') ?? own);
const options = { heartbeat: { interval: 5_000, timeout: 3_000 } };

/** Renders when the status changes, and never because of a message. */
const Status = {
  setup() {
    const { ws, status } = useWebSocket(url, options);
    const drop = () => fetch(`/endpoints/${encodeURIComponent(endpoint)}/drop`, { method: 'POST' });
    const until = () => ` until ${new Date(ws.value.retryAt).toLocaleTimeString()}`;
    return () =>
      h('p', [
        h('output', { id: 'status' }, status.value),
        status.value === 'waiting' ? until() : '',
        ' ',
        h('button', { type: 'button', onClick: () => ws.value.reconnect() }, 'reconnect'),
        ' ',
        h('button', { type: 'button', onClick: drop }, 'drop the connection'),
      ]);
  },
};

/** The same URL and options: the same socket. Renders for every message, because it keeps them in a ref. */
const Talk = {
  setup() {
    const received = shallowRef([]);
    const text = ref('hello');
    const { send } = useWebSocket(url, {
      ...options,
      onMessage: ({ data }) => {
        received.value = [data, ...received.value].slice(0, 20);
      },
    });
    const submit = (event) => {
      event.preventDefault();
      send(text.value);
    };
    const onInput = (event) => {
      text.value = event.target.value;
    };
    return () => [
      h('form', { onSubmit: submit }, [
        h('input', { 'aria-label': 'text to send', value: text.value, onInput }),
        ' ',
        h('button', 'Send'),
      ]),
      h(
        'ol',
        { id: 'received' },
        received.value.map((data) => h('li', data)),
      ),
    ];
  },
};

createApp({ render: () => [h(Status), h(Talk)] }).mount('#root');
