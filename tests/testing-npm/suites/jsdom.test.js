// @vitest-environment jsdom
import { inDom } from './dom.js';

inDom('jsdom');
