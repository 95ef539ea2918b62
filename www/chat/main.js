/** A chat: one connection to the broker, and the room that is open. */

import { byId, input, onSubmit, setText } from '../lab/dom.js';
import { Channels, json } from '../pkg/dist/channels.mjs';
import { nats } from '../pkg/dist/channels-nats.mjs';
import { findBroker } from './broker.js';
import { myName, rename } from './name.js';
import { Room } from './room.js';

const ROOMS = ['lobby', 'music', 'weather'];

const broker = await findBroker();
if (broker.url) start(broker.url);
else {
  setText(byId('notice'), broker.why);
  byId('notice').hidden = false;
}

/** @param {string} url */
function start(url) {
  const bus = new Channels(url, { via: nats({ bucket: 'members' }), codec: json });
  const showStatus = () => {
    document.documentElement.dataset.status = bus.status;
    byId('status').dataset.status = bus.status;
    setText(byId('status'), bus.status);
  };
  bus.on('status', showStatus);

  /** @type {Room | undefined} */
  let room;
  const rooms = new Set(ROOMS);
  const name = input('name');
  name.value = myName();

  const enter = () => {
    const wanted = decodeURIComponent(location.hash.slice(1)) || 'lobby';
    rooms.add(wanted);
    room?.leave();
    room = new Room(bus, wanted, myName());
    byId('rooms').replaceChildren(...[...rooms].map((each) => roomButton(each, each === wanted)));
    document.title = `${wanted} – holdfast-ws chat`;
    byId('text').focus();
    showStatus();
  };

  onSubmit(byId('open'), () => {
    location.hash = encodeURIComponent(input('room').value);
    input('room').value = '';
  });
  onSubmit(byId('say'), () => {
    room?.say(input('text').value);
    input('text').value = '';
  });
  name.addEventListener('change', () => {
    if (!name.reportValidity()) return;
    rename(name.value);
    enter();
  });
  addEventListener('hashchange', enter);
  // The others see at once who has gone. A page that may come back keeps its place until then.
  addEventListener('pagehide', ({ persisted }) => {
    if (!persisted) bus.close();
  });
  enter();
}

/**
 * @param {string} name
 * @param {boolean} open
 */
function roomButton(name, open) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = `# ${name}`;
  if (open) button.setAttribute('aria-current', 'page');
  button.addEventListener('click', () => {
    location.hash = encodeURIComponent(name);
  });
  item.append(button);
  return item;
}
