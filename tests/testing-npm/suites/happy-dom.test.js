// @vitest-environment happy-dom
import { inDom } from './dom.js';

inDom('happy-dom');
