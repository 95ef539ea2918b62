/** The costs of construction, the first and the later ones, which are figures to reach, and the way to the first message. */
import { CLASSES, folder, NATIVE } from '../support/contenders.mjs';
import { measured } from '../support/lines.mjs';
import { rounds } from '../support/rounds.mjs';

export async function opening(meter, { rounds: count }) {
  const cycles = await meter.page(CLASSES);
  await rounds(cycles, {
    topic: 'opening',
    row: 'construction, open, first message, close',
    names: CLASSES,
    count: Math.ceil(count / 3),
    per: 5,
    work: (name) => cycles.run(name, 'cycle', cycles.url('/greet'), 5),
  });
  await cycles.close();
}

export async function constructions(meter, { rounds: count, pages }) {
  await first(meter, pages);
  // In a process of its own, which Chromium makes wait for seconds with its next connections after so many in vain.
  const page = await meter.page(CLASSES, { apart: true });
  await rounds(page, {
    topic: 'opening',
    row: 'a later construction',
    names: CLASSES,
    count: Math.ceil(count / 3),
    per: 10,
    // Nothing is answered, so nothing but the construction is in the measurement.
    work: (name) => page.run(name, 'construct', page.silence, 10),
    after: (name) => page.run(name, 'drop'),
  });
  await page.close();
}

/** Once in a page's life, so in a new page with a process of its own for each. */
async function first(meter, pages) {
  const took = { import: {}, construction: {}, wall: {} };
  const add = (what, name, value) => {
    took[what][name] ??= [];
    took[what][name].push(Math.max(0, value));
  };
  for (let round = 0; round < pages; round++) {
    for (const name of CLASSES) {
      const page = await meter.page([NATIVE], { apart: true });
      const overhead = await page.time(() => page.run(NATIVE, 'nothing'));
      add('import', name, (await page.time(() => page.load(name, folder(name)))) - overhead);
      let wall;
      const cpu = await page.time(async () => {
        wall = await page.evaluate(`{
          const begun = performance.now();
          run(${JSON.stringify(name)}, 'construct', ${JSON.stringify(page.silence)}, 1);
          (performance.now() - begun) * 1000;
        }`);
      });
      add('construction', name, cpu - overhead);
      add('wall', name, wall);
      await page.close();
    }
  }
  measured('opening', 'the import', 'µs', took.import);
  measured('opening', 'the first construction', 'µs', took.construction);
  measured('opening', 'the first construction, by the clock', 'µs', took.wall);
}
