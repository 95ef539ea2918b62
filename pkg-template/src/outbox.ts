/** `holdfast-ws/outbox`: messages that are kept until they are acknowledged. The types are written by hand, in `outbox.d.ts`. */
export { DeliveryError } from './outbox/delivery';
export { Outbox, Outbox as default } from './outbox/outbox';
