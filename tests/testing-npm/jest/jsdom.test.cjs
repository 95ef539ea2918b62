/** @jest-environment jsdom */
require('./support.cjs').inJest('jsdom');
