/** Every behaviour with every server. */
import { after, test } from 'node:test';
import { sideBySide } from '../package/support/suite.mjs';
import { BEHAVIOURS, PING } from './support/behaviours.mjs';
import { launch } from './support/launch.mjs';
import { inPage } from './support/page.mjs';
import { SERVERS } from './support/table.mjs';

/** All behaviours with one server. */
function withServer(server) {
  let started;
  const start = () => {
    started ??= launch(server, { ping: PING });
    return started;
  };
  after(async () => (await started)?.stop('SIGKILL'));

  for (const [behaviour, { says, modes = [undefined], alone, run }] of Object.entries(BEHAVIOURS)) {
    for (const mode of modes) {
      const sentence = `${server.name}: ${typeof says === 'string' ? says : says(server)}${mode ? ` (${mode})` : ''}`;
      const reason = server.cannot?.[behaviour];
      if (reason) {
        test(sentence, { skip: reason });
        continue;
      }
      const withPage = async ({ page }) => {
        const { url, port, stop } = await (alone ? launch(server) : start());
        await run({ page, url, port, server, mode });
        if (alone) await stop('SIGKILL');
      };
      inPage(sentence, withPage);
    }
  }
}

// Most of the time is waiting, for pings above all.
sideBySide(
  'servers',
  () => {
    for (const server of SERVERS) sideBySide(server.name, () => withServer(server));
  },
  2,
);
