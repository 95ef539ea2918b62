/**
 * The browser that `HOLDFAST_BROWSER` names, Chromium without it. `world` is none: there, rules of the engine are tested in a world of
 * `holdfast-ws/testing`.
 */
export const ENGINE = process.env.HOLDFAST_BROWSER || 'chromium';
