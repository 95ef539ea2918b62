/** Wrong arguments: each is a TypeError that names them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Channels, entry } from './support/bus.mjs';

const { nats } = await entry('channels-nats');
const { nchan } = await entry('channels-nchan');
const URL = 'ws://127.0.0.1:1/sub';
const names = (call, text) => assert.throws(call, { name: 'TypeError', message: text });

describe('wrong arguments are TypeErrors that name them', () => {
  test('of Channels and of the adapters', () => {
    names(() => new Channels(5, { via: nchan() }), /take a URL/);
    names(() => new Channels(URL), /options of Channels/);
    names(() => new Channels(URL, {}), /option via .* takes an adapter/);
    names(() => new Channels(URL, { via: nchan }), /option via .* takes an adapter/);
    names(() => new Channels(URL, { via: nchan(), codec: 'json' }), /option codec .* takes/);
    names(() => new Channels(URL, { via: nchan(), tokens: 'a' }), /option tokens .* is unknown; there are via, token/);
    names(() => nchan({ publish: 'https://push.test/pub' }), /option publish .* \{channel\}/);
    names(() => nchan({ pub: 1 }), /option pub .* is unknown/);
    names(() => nats({ buckets: 1 }), /option buckets .* is unknown/);
  });

  test('of a channel, its listeners and its history', () => {
    const bus = new Channels(URL, { via: nats() });
    try {
      names(() => bus.channel(), /name of a channel/);
      names(() => bus.channel('news', { histry: 1 }), /option histry .* is unknown/);
      names(() => bus.channel('news', { history: -1 }), /option history .* takes/);
      const news = bus.channel('news');
      names(() => news.on('message'), /on\('message'\) takes a function/);
      names(() => bus.on('status', {}), /on\('status'\) takes a function/);
      names(() => news.history({ limt: 1 }), /option limt of history\(\) is unknown; there are limit, before/);
      names(() => news.history({ limit: 0 }), /option limit of history\(\) takes/);
      names(() => news.history({ before: 'the last' }), /option before of history\(\) takes a position/);
      names(() => news.history(5), /options of history\(\)/);
    } finally {
      bus.close();
    }
  });
});
