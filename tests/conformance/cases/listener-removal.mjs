/** `removeEventListener`, before and during a dispatch. https://dom.spec.whatwg.org/#dom-eventtarget-removeeventlistener */
import { withTriggers } from './triggers.mjs';

export const cases = withTriggers('listeners removed', {
  'before the event': async (t, ws, fire) => {
    const gone = () => t.log('never');
    ws.addEventListener('message', gone);
    ws.addEventListener('message', () => t.log('stays'));
    ws.removeEventListener('message', gone);
    await fire();
  },
  'by options that differ in all but capture': async (t, ws, fire) => {
    const gone = () => t.log('never');
    ws.addEventListener('message', gone, { once: true, passive: true });
    ws.removeEventListener('message', gone, { capture: 0 });
    await fire();
  },
  'not by another capture': async (t, ws, fire) => {
    const stays = () => t.log('stays');
    ws.addEventListener('message', stays, true);
    ws.removeEventListener('message', stays);
    ws.removeEventListener('message', stays, { capture: false });
    await fire();
    ws.removeEventListener('message', stays, { capture: true });
    await fire();
  },
  'not by another function of the same text': async (t, ws, fire) => {
    const make = () => () => t.log('stays');
    ws.addEventListener('message', make());
    ws.removeEventListener('message', make());
    await fire();
  },
  'not by another type': async (t, ws, fire) => {
    const stays = () => t.log('stays');
    ws.addEventListener('message', stays);
    ws.removeEventListener('Message', stays);
    ws.removeEventListener('open', stays);
    await fire();
  },
  'an object with handleEvent': async (t, ws, fire) => {
    const gone = { handleEvent: () => t.log('never') };
    ws.addEventListener('message', gone);
    ws.removeEventListener('message', gone.handleEvent);
    ws.removeEventListener('message', gone);
    await fire();
  },
  'and added again: last': async (t, ws, fire) => {
    const moved = () => t.log('moved');
    ws.addEventListener('message', moved);
    ws.addEventListener('message', () => t.log('other'));
    ws.removeEventListener('message', moved);
    ws.addEventListener('message', moved);
    await fire();
  },
  'by one before it': async (t, ws, fire) => {
    const gone = () => t.log('never');
    ws.addEventListener('message', () => ws.removeEventListener('message', gone));
    ws.addEventListener('message', gone);
    ws.addEventListener('message', () => t.log('last'));
    await fire();
  },
  'by one after it': async (t, ws, fire) => {
    const gone = () => t.log('once');
    ws.addEventListener('message', gone);
    ws.addEventListener('message', () => ws.removeEventListener('message', gone));
    await fire();
    await fire();
  },
  'by itself': async (t, ws, fire) => {
    const gone = () => {
      t.log('once');
      ws.removeEventListener('message', gone);
    };
    ws.addEventListener('message', gone);
    ws.addEventListener('message', () => t.log('other'));
    await fire();
    await fire();
  },
  'all, by the first': async (t, ws, fire) => {
    const all = [0, 1, 2, 3].map((index) => () => {
      t.log('call', index);
      for (const listener of all) ws.removeEventListener('message', listener);
    });
    for (const listener of all) ws.addEventListener('message', listener);
    await fire();
    await fire();
  },
  'and added again by one before it': async (t, ws, fire) => {
    const moved = () => t.log('moved');
    const first = () => {
      ws.removeEventListener('message', moved);
      ws.addEventListener('message', moved);
    };
    ws.addEventListener('message', first, { once: true });
    ws.addEventListener('message', moved);
    ws.addEventListener('message', () => t.log('other'));
    await fire();
    await fire();
  },
  'a bubbling one by a capturing one': async (t, ws, fire) => {
    const gone = () => t.log('never');
    ws.addEventListener('message', () => ws.removeEventListener('message', gone), true);
    ws.addEventListener('message', gone);
    ws.addEventListener('message', () => t.log('last'));
    await fire();
  },
  'a once listener before it ran': async (t, ws, fire) => {
    const gone = () => t.log('never');
    ws.addEventListener('message', gone, { once: true });
    ws.removeEventListener('message', gone);
    await fire();
  },
  'one never added': async (t, ws, fire) => {
    ws.removeEventListener('message', () => {});
    ws.addEventListener('message', () => t.log('message'));
    ws.removeEventListener('message', null);
    await fire();
  },
  'by an event fired within': async (t, ws, fire) => {
    const gone = (event) => t.log('gone', event.data);
    ws.addEventListener('message', (event) => {
      if (event.data === 'inner') ws.removeEventListener('message', gone);
      else ws.dispatchEvent(new MessageEvent('message', { data: 'inner' }));
    });
    ws.addEventListener('message', gone);
    await fire();
  },
  'the capturing one of two, by its signal': async (t, ws, fire) => {
    const controller = new AbortController();
    const same = (event) => t.log('same', event.eventPhase);
    ws.addEventListener('message', same, { capture: true, signal: controller.signal });
    ws.addEventListener('message', same);
    ws.addEventListener('message', () => controller.abort());
    await fire();
    await fire();
  },
});
