/** `holdfast-ws/tabs/worker`: holds the connection in a SharedWorker. The types are written by hand, in `tabs-worker.d.ts`. */
export { serve } from './tabs/serve';
