/** The paths of Chromium, and the flags with which every test and benchmark starts it: as root may, and asking nothing of the network by itself. */
import { existsSync } from 'node:fs';

export const CHROMIUM = process.env.HOLDFAST_CHROMIUM ?? '/usr/bin/chromium';

/** Chromium's engine and network without its windows, for tests of one page. Starting it, and each page, takes half the CPU time. */
const SHELL = '/usr/bin/chromium-headless-shell';
export const HEADLESS =
  process.env.HOLDFAST_HEADLESS ?? (!process.env.HOLDFAST_CHROMIUM && existsSync(SHELL) ? SHELL : CHROMIUM);

const DISABLED_FEATURES = [
  // The address bar's popups are pages: a process for each window, and half a second of its CPU time.
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'WebUIOmniboxPopup',
  // Those that Playwright disables: of this flag, the last one given counts.
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

const disable = (features) => `--disable-features=${features.join(',')}`;

/** Keeps what frames of other sites store apart from their own sites' tabs, as every browser does. Playwright has switched that off. */
export const PARTITIONED = disable(DISABLED_FEATURES.filter((name) => name !== 'ThirdPartyStoragePartitioning'));

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  disable(DISABLED_FEATURES),
];
