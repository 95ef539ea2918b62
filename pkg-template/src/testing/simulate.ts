/** An application in hundreds of worlds, with random faults. Which faults, when, and what to try in their place is decided in Rust. */
import { Plan, Shrinking } from 'holdfast:machine';
import { throwTypeError } from '../platform/errors';
import { BROWSERS } from './numbers';
import { runMicrotasks } from './real';
import { startMachine } from './start';
import { World, type WorldOptions } from './world';

type Browser = (typeof BROWSERS)[number];

/** The argument of an invariant. */
interface Scene<S, A> {
  world: World;
  server: S;
  app: Awaited<A>;
}

export interface SimulationOptions<S, A> {
  servers: (world: World) => S;
  app: (world: World, server: S) => A;
  invariant: (scene: Scene<S, A>) => unknown;
  runs?: number;
  seed?: number;
  minutes?: number;
  every?: number;
  calm?: number;
  faults?: string[];
  browsers?: Browser[];
  install?: boolean;
  act?: WorldOptions['act'];
}

const REQUIRED = ['servers', 'app', 'invariant'];
const NUMBERS = { runs: 100, seed: 1, minutes: 10, every: 15_000, calm: 120_000 };
/** Faults that are closer (ms) would fill the memory. */
const LEAST_APART = 10;
const OTHERS = ['faults', 'browsers', 'install', 'act'];

/** The outcome of a run: why it failed, if it did, and its log. */
interface Outcome {
  reason: string | undefined;
  cause: unknown;
  transcript: string;
}

/** A world that failed, with the fewest faults that were found to be enough for it. */
export class SimulationError extends Error {
  declare readonly seed: number;
  declare readonly browser: Browser;
  declare readonly faults: string[];
  declare readonly repeats: boolean;
  declare readonly transcript: string;
}

// A minifier takes a class its name.
SimulationError.prototype.name = 'SimulationError';

/** Returns the numbers, with their defaults. */
function check(options: object): typeof NUMBERS {
  const given = Object(options) as { [name: string]: unknown };
  const known = [...REQUIRED, ...Object.keys(NUMBERS), ...OTHERS];
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown) throwTypeError(`simulate() takes ${known.join(', ')}, not ${unknown}`);
  for (const key of REQUIRED) if (typeof given[key] !== 'function') throwTypeError(`simulate() takes ${key}: a function`);
  const numbers = { ...NUMBERS };
  for (const key of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const value = given[key] ?? NUMBERS[key];
    if (typeof value !== 'number' || !(value >= 0 && value < Number.POSITIVE_INFINITY))
      throwTypeError(`simulate() takes ${key}: a number from 0 on`);
    numbers[key] = value;
  }
  for (const key of ['faults', 'browsers'])
    if (given[key] !== undefined && !Array.isArray(given[key])) throwTypeError(`simulate() takes ${key}: an array of names`);
  if (!Number.isInteger(numbers.runs)) throwTypeError(`simulate() takes runs: an integer, not ${numbers.runs}`);
  if (Array.isArray(given.browsers) && !given.browsers.length) throwTypeError('simulate() takes browsers: one at least');
  if (numbers.every < LEAST_APART) throwTypeError(`simulate() takes every: milliseconds from ${LEAST_APART} on`);
  return numbers;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Returns what an application's start has resolved with. It has had minutes. */
async function startedApp<A>(app: A): Promise<Awaited<A>> {
  const pending = {};
  const first = await Promise.race([app, runMicrotasks().then(() => pending)]);
  if (first === pending) throw Error('the application has not started');
  return first as Awaited<A>;
}

/** Runs one world with its faults, from its beginning to its check. */
async function runWorld<S, A>(world: World, options: SimulationOptions<S, A>, calm: number, plan: Plan): Promise<void> {
  const server = (await options.servers(world)) as S;
  let app = options.app(world, server);
  const reload = () => {
    if (!world.page.isGone) return;
    world.page.load();
    app = options.app(world, server);
  };
  for (let moment = 0; moment < plan.moments(); moment++) {
    await world.advance(Math.max(0, plan.moment_time(moment) - world.now));
    if (world._machine.carry_out(plan, moment)) world._endPage();
    // A page that has crashed is loaded when the crash is over, not when another fault begins.
    else if (plan.moment_ends(moment)) reload();
  }
  world._machine.heal();
  await world.advance(calm);
  reload();
  await world.advance(calm);
  const holds = await options.invariant({ world, server, app: await startedApp(app) });
  if (holds === false) throw Error('the invariant does not hold');
}

/** Takes one object, or the application and the others. */
export async function simulate<S, A>(
  given: SimulationOptions<S, A> | SimulationOptions<S, A>['app'],
  others?: Omit<SimulationOptions<S, A>, 'app'>,
): Promise<void> {
  const options = (typeof given === 'function' ? { ...others, app: given } : given) as SimulationOptions<S, A>;
  const { runs, seed: first, minutes, every, calm } = check(options);
  startMachine();
  const names = Plan.fault_names();
  const faults = (options.faults ?? names).map((name) => {
    const number = names.indexOf(name);
    if (number < 0) throwTypeError(`simulate() takes faults: ${names.join(', ')}, not ${name}`);
    return number;
  });
  const browsers = options.browsers ?? [...BROWSERS];
  for (let seed = first; seed < first + runs; seed++) {
    const browser = browsers[seed % browsers.length] ?? 'chromium';
    const plan = Plan.draw(seed, Uint32Array.from(faults), minutes * 60_000, every);
    const run = async (tried: Plan): Promise<Outcome> => {
      const world = new World({ seed, browser, act: options.act });
      if (options.install) world.install();
      let failed: { cause: unknown } | undefined;
      try {
        await runWorld(world, options, calm, tried);
      } catch (cause) {
        failed = { cause };
      }
      const { transcript } = world;
      world.dispose({ leaks: 'ignore' });
      return { reason: failed && messageOf(failed.cause), cause: failed?.cause, transcript };
    };
    if ((await run(plan)).reason !== undefined) throw await failure(run, plan, seed, browser);
    plan.free();
  }
}

/** Shrinks what failed, and runs it twice: if the two differ, the application uses what isn't the world's. */
async function failure(
  run: (plan: Plan) => Promise<Outcome>,
  plan: Plan,
  seed: number,
  browser: Browser,
): Promise<SimulationError> {
  const shrinking = new Shrinking(plan);
  for (let tried = shrinking.candidate(); tried; tried = shrinking.candidate()) {
    shrinking.judge((await run(tried)).reason !== undefined);
    tried.free();
  }
  const best = shrinking.best();
  const [one, two] = [await run(best), await run(best)];
  const repeats = one.reason === two.reason && one.transcript === two.transcript;
  const reason = one.reason ?? 'it failed once, and not again';
  const text = best.failure(seed, BROWSERS.indexOf(browser), plan.length(), reason, repeats);
  const faults = Array.from({ length: best.length() }, (_, index) => best.text(index));
  const error = new SimulationError(text, { cause: one.cause });
  return Object.assign(error, { seed, browser, faults, repeats, transcript: one.transcript });
}
