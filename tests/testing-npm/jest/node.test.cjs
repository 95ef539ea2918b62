/** @jest-environment node */
require('./support.cjs').inJest('node');
