/** `holdfast-ws/channels/nats`: the adapter of NATS JetStream, with the rules. The types are written by hand, in `channels-nats.d.ts`. */
export { nats, nats as default } from './channels/nats';
