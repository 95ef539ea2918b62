/**
 * A relay: what comes to its port is carried to another, until it is cut (both ends are told, and nobody gets through) or goes
 * dead (nobody is told, and nothing moves).
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Relay {
  /** How many connections it has carried. */
  carried = 0;
  #target;
  #server;
  #ends = new Set();
  #cut = false;
  #dead = false;
  #rate = Number.POSITIVE_INFINITY;

  constructor(target) {
    this.#target = target;
  }

  async listen() {
    this.#server = createServer((near) => this.#carry(near)).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port() {
    return this.#server.address().port;
  }

  #carry(near) {
    if (this.#cut) return near.resetAndDestroy();
    this.carried += 1;
    const far = connect(this.#target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      this.#ends.add(from);
      from.on('data', (data) => {
        if (!to.destroyed) to.write(data);
        if (from === far) this.#brake(from, data.length);
      });
      from.on('end', () => !this.#dead && to.end());
      // A reset is passed on as one.
      from.on('error', () => !this.#dead && to.resetAndDestroy());
      from.on('close', () => this.#ends.delete(from));
      if (this.#dead) from.pause();
    }
  }

  /** So many bytes a second come to the client, as if it read slowly. */
  slow(rate) {
    this.#rate = rate;
  }

  #brake(from, bytes) {
    const ms = (bytes / this.#rate) * 1_000;
    if (ms < 1) return;
    from.pause();
    setTimeout(() => !this.#dead && from.resume(), ms);
  }

  /** Resets every connection, and those to come. */
  cut() {
    this.#cut = true;
    this.drop();
  }

  /** Resets every connection there is. */
  drop() {
    for (const end of this.#ends) end.resetAndDestroy();
  }

  /** From now on nothing gets through, and nobody is told. */
  kill() {
    this.#dead = true;
    for (const end of this.#ends) end.pause();
  }

  /** Works again, for new connections. A dead one stays dead. */
  mend() {
    this.#cut = this.#dead = false;
  }

  async remove() {
    this.drop();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
