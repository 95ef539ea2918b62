/** `holdfast-ws/testing`: a world for tests. The types are written by hand, in `testing.d.ts`. */
export { world } from './testing/world';
