/** What `import` and `require` get of `holdfast-ws/slim`. */
export * from './index';
export { default } from './index';
export { init } from './init';
