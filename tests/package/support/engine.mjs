/** The browser that `HOLDFAST_BROWSER` names, Chromium without it. */
export const ENGINE = process.env.HOLDFAST_BROWSER || 'chromium';
