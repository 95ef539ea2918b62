/** How Firefox and WebKit are started, without a screen, for anybody and for root. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fillProfile, makeFolder } from './profile.mjs';
import { Session } from './session.mjs';

/** Firefox by geckodriver; with a `profile`, a folder that outlives it. */
async function firefox({ profile } = {}) {
  const own = profile ? undefined : makeFolder();
  const folder = profile ?? own.folder;
  try {
    await fillProfile(folder, async (empty) => (await startFirefox(empty)).close());
    const session = await startFirefox(folder);
    return { session, stop: () => session.close().finally(() => own?.remove()) };
  } catch (error) {
    await own?.remove();
    throw error;
  }
}

function startFirefox(profile) {
  const capabilities = {
    browserName: 'firefox',
    'moz:firefoxOptions': {
      binary: fileURLToPath(new URL('firefox.sh', import.meta.url)),
      args: ['-headless', '-profile', profile],
      prefs: {
        // Experiments and settings are not asked for.
        'app.normandy.enabled': false,
        'messaging-system.rsexperimentloader.enabled': false,
        'services.settings.server': 'data:,',
        // No extension is looked for, and no start page made.
        'extensions.enabledScopes': 0,
        'extensions.installDistroAddons': false,
        'browser.newtabpage.enabled': false,
        'browser.newtab.preload': false,
        'browser.startup.page': 0,
        // Nothing here is looked at or restored. Together with a slower screen these take an eighth off its CPU time.
        'dom.ipc.processPrelaunch.enabled': false,
        'browser.sessionstore.interval': 600_000,
        'toolkit.cosmeticAnimations.enabled': false,
        'layout.frame_rate': 20,
        // After a failed connection Firefox puts off the next ones to that server by itself, up to a minute. The tests are about
        // our delays; see docs/browsers.md.
        'network.websocket.delay-failed-reconnects': false,
        // After a few crashes it would ask whether to start in safe mode.
        'toolkit.startup.max_resumed_crashes': -1,
      },
    },
  };
  // System access: hiding a tab and collecting garbage are not WebDriver's.
  return Session.start(['geckodriver', ['--allow-system-access', '--log=fatal']], capabilities);
}

/** WebKitGTK's MiniBrowser by WebKitWebDriver. It needs a screen, so it gets one of its own that nobody sees. */
async function webkit() {
  const screen = await startScreen();
  const capabilities = {
    browserName: 'MiniBrowser',
    // Without, it waits for scripts with the page's own `setTimeout`, and the tests count those. (Firefox's answers come at once
    // and empty then.)
    timeouts: { script: null },
    'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
  };
  const session = await Session.start(['WebKitWebDriver', [], screen.env], capabilities).catch(async (error) => {
    await screen.stop();
    throw error;
  });
  return { session, stop: () => session.close().finally(screen.stop) };
}

/** Debian puts it where programs are that nobody calls by hand: `/usr/lib/<machine>/webkit2gtk-<API>/MiniBrowser`. */
export function miniBrowser() {
  if (process.env.HOLDFAST_MINIBROWSER) return process.env.HOLDFAST_MINIBROWSER;
  const folders = (folder, name) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((entry) => name.test(entry))
          .sort()
          .map((entry) => `${folder}/${entry}`)
      : [];
  const found = [...folders('/usr/lib', /-linux-gnu/), '/usr/lib', '/usr/libexec']
    .flatMap((folder) => folders(folder, /^webkit(2)?gtk-/))
    .map((folder) => `${folder}/MiniBrowser`)
    .filter(existsSync);
  if (!found.length) throw Error('no MiniBrowser: install webkit2gtk-driver, or set HOLDFAST_MINIBROWSER');
  return found.at(-1);
}

/** Starts a screen that nobody sees. `env` is what WebKit needs to use it. */
export async function startScreen() {
  const flags = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const child = spawn('Xvfb', flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => Promise.reject(Error(`Xvfb ended with ${code}`)));
  failed.catch(() => {});
  const [number] = await Promise.race([once(child.stdio[3], 'data', { signal: AbortSignal.timeout(180_000) }), failed]);
  const stop = async () => {
    child.kill();
    await ended;
  };
  const env = {
    DISPLAY: `:${String(number).trim()}`,
    GDK_BACKEND: 'x11',
    // There is no GPU, and no accessibility bus.
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    NO_AT_BRIDGE: '1',
  };
  return { env, stop };
}

export const ENGINES = { firefox, webkit };
