/** A page with the classic script. */
import 'holdfast-ws/global';

export const ws: WebSocket = new Holdfast.WebSocket('wss://example.com');
export const another: WebSocket = new window.Holdfast.WebSocket('wss://example.com');
