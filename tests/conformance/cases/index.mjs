/** All cases by name: functions of a `Trial`. Names are unique; which file a case stands in is told by how its name begins. */
import * as binaryType from './binary-type.mjs';
import * as closeArguments from './close-arguments.mjs';
import * as closing from './closing.mjs';
import * as constructing from './constructing.mjs';
import * as dispatching from './dispatching.mjs';
import * as errors from './errors.mjs';
import * as events from './events.mjs';
import * as garbage from './garbage.mjs';
import * as handlers from './handlers.mjs';
import * as idl from './idl.mjs';
import * as listenerArguments from './listener-arguments.mjs';
import * as listenerRemoval from './listener-removal.mjs';
import * as listeners from './listeners.mjs';
import * as microtasks from './microtasks.mjs';
import * as protocols from './protocols.mjs';
import * as sending from './sending.mjs';
import * as serverCloses from './server-closes.mjs';
import * as subclasses from './subclasses.mjs';
import * as unloading from './unloading.mjs';
import * as urls from './urls.mjs';

function merge(...files) {
  const all = {};
  for (const { cases } of files) {
    for (const [name, run] of Object.entries(cases)) {
      if (name in all) throw Error(`two cases are called ${name}`);
      all[name] = run;
    }
  }
  return all;
}

/** Those that need a document. */
export const inPages = merge(unloading, garbage);

export const everywhere = merge(
  idl,
  subclasses,
  constructing,
  urls,
  protocols,
  handlers,
  listeners,
  listenerArguments,
  listenerRemoval,
  dispatching,
  errors,
  microtasks,
  events,
  binaryType,
  sending,
  closeArguments,
  closing,
  serverCloses,
);
