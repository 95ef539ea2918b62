/** All test files in one process, in this order: they share a browser, and the cases of the browser's own class run once. */
import './run.test.mjs';
import './platform.test.mjs';
import './world.test.mjs';
