/** `holdfast-ws/testing`: a world for tests. The types are written by hand, in `testing.d.ts`. */
export { SimulationError, simulate } from './testing/simulate';
export { world } from './testing/world';
