/** `holdfast-ws/channels`: many channels over one connection. The types are written by hand, in `channels.d.ts`. */
export { Channel, ChannelError } from './channels/channel';
export { Channels, Channels as default } from './channels/channels';
export { json } from './channels/codec';
