/** `holdfast-ws/channels/nchan`: the adapter of nchan, with the rules. The types are written by hand, in `channels-nchan.d.ts`. */
export { nchan, nchan as default } from './channels/nchan';
