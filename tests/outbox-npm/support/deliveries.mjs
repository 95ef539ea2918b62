/**
 * Orders that two tabs deliver while the browser and the server are killed, and the judge. An order counts as accepted when its tab was
 * told that it is stored. Others may have been stored when the browser was killed: they are done or not, but not twice.
 */
import assert from 'node:assert/strict';

export class Orders {
  #next = 1;
  /** By item: true if it was accepted. */
  #all = new Map();
  /** By item: the tab that delivers it. */
  #tabs = new Map();

  get accepted() {
    return [...this.#all.values()].filter(Boolean).length;
  }

  /** The next items of a tab, which are not used again. */
  take(count, tab) {
    const items = Array.from({ length: count }, (_, index) => this.#next + index);
    this.#next += count;
    for (const item of items) this.#all.set(item, false);
    for (const item of items) this.#tabs.set(item, tab);
    return items;
  }

  accept(items) {
    for (const item of items) this.#all.set(item, true);
  }

  /** True if the server has done all that were accepted. */
  allDone(done) {
    const items = new Set(done.map(({ item }) => item));
    return [...this.#all].every(([item, accepted]) => !accepted || items.has(item));
  }

  /** Asserts that each accepted order was done, none twice, and each tab's in order in its box. */
  judge(done) {
    const items = done.map(({ item }) => item);
    assert.deepEqual(
      items.filter((item, at) => items.indexOf(item) !== at),
      [],
      'orders that were done twice',
    );
    const missing = [...this.#all].filter(([item, accepted]) => accepted && !items.includes(item)).map(([item]) => item);
    assert.deepEqual(missing, [], 'orders that were accepted and are not done');
    assert.deepEqual(
      items.filter((item) => !this.#all.has(item)),
      [],
      'orders that nobody made',
    );
    for (const box of new Set(done.map((each) => each.box))) {
      const own = done.filter((each) => each.box === box);
      const numbers = own.map(({ n }) => n);
      // In a box that tabs share, each page begins behind what is reserved.
      const expected = box.includes('/~')
        ? [...new Set(numbers)].sort((one, other) => one - other)
        : own.map((_, index) => index + 1);
      assert.deepEqual(numbers, expected, `the numbers of ${box}`);
      for (const tab of new Set(own.map(({ item }) => this.#tabs.get(item)))) {
        const ofTab = own.map(({ item }) => item).filter((item) => this.#tabs.get(item) === tab);
        const inOrder = [...ofTab].sort((one, other) => one - other);
        assert.deepEqual(ofTab, inOrder, `the order in ${box}`);
      }
    }
  }
}
