/** What `import` and `require` get of `holdfast-ws/slim`. */

export { init } from './core/init';
export * from './index';
export { default } from './index';
