/** The entry of `holdfast-ws/slim` for `import` and `require`. */

export { init } from './core/init';
export * from './index';
export { default } from './index';
