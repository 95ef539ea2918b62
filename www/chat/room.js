/** A room: its channel, its messages, and who is here. */

import { byId, setText } from '../lab/dom.js';

/** @import { Channel, Channels } from 'holdfast-ws/channels' */
/** @typedef {{ id: string, from: string, text: string, at: number }} Said */

export class Room {
  /** @type {Channel<Said>} */
  #channel;
  #me;
  /** The rows of what was said here and has not come back from the broker. @type {Map<string, HTMLElement>} */
  #waiting = new Map();
  #list = byId('messages');

  /**
   * @param {Channels<any>} bus
   * @param {string} name
   * @param {string} me
   */
  constructor(bus, name, me) {
    this.#me = me;
    this.#list.replaceChildren();
    const channel = bus.channel(name, { history: 50, presence: { user: me } });
    channel.on('message', ({ data, replayed }) => this.#show(data, replayed));
    channel.on('gap', () => this.#note('some messages may be missing here', 'gap'));
    channel.on('subscribed', ({ replayed }) => {
      this.#note(replayed ? `${replayed} earlier messages` : 'this room is open');
      this.#people();
    });
    channel.on('refused', ({ reason, retryIn }) => {
      this.#note(`the room is closed${reason ? `: ${reason}` : ''}${retryIn === undefined ? '' : ', trying again'}`, 'failed');
    });
    channel.on('join', ({ user }) => this.#people(`${user} has come`));
    channel.on('leave', ({ user }) => this.#people(`${user} has left`));
    channel.on('timeout', ({ user }) => this.#people(`${user} has lost the connection`));
    channel.on('back', ({ user }) => this.#people(`${user} is back`));
    this.#channel = channel;
    this.#people();
  }

  leave() {
    this.#channel.leave();
  }

  /** @param {string} text */
  say(text) {
    const said = { id: crypto.randomUUID(), from: this.#me, text, at: Date.now() };
    const row = this.#row(said);
    row.classList.add('waiting');
    this.#waiting.set(said.id, row);
    this.#add(row);
    this.#channel.publish(said).catch(({ message }) => {
      row.classList.add('failed');
      row.append(` (${message})`);
    });
  }

  /**
   * @param {Said} said
   * @param {boolean} replayed
   */
  #show(said, replayed) {
    // The row moves to its place in the broker's order.
    const row = this.#waiting.get(said.id) ?? this.#row(said);
    this.#waiting.delete(said.id);
    row.classList.remove('waiting', 'failed');
    row.dataset.replayed = String(replayed);
    this.#add(row);
    for (const waiting of this.#waiting.values()) this.#list.append(waiting);
  }

  /** @param {Said} said */
  #row({ from, text, at }) {
    const row = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = new Date(at).toLocaleTimeString();
    const name = document.createElement('b');
    name.textContent = from;
    row.append(time, name, text);
    return row;
  }

  /**
   * @param {string} text
   * @param {string} kind
   */
  #note(text, kind = 'news') {
    const row = document.createElement('li');
    row.className = kind;
    row.textContent = text;
    this.#add(row);
  }

  /** @param {HTMLElement} row */
  #add(row) {
    const list = this.#list;
    const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(row);
    if (follows) list.scrollTop = list.scrollHeight;
  }

  /** Shows who is here, and the news about them. @param {string} [news] */
  #people(news) {
    if (news) this.#note(news);
    const people = this.#channel.members.map(({ user }) => {
      const item = document.createElement('li');
      item.textContent = user === this.#me ? `${user} (you)` : user;
      return item;
    });
    byId('people').replaceChildren(...people);
    setText(byId('count'), `${people.length}`);
  }
}
