/** The process that a page of Firefox runs in. */

/** Returns its number. WebDriver doesn't tell it; Firefox itself does. */
export const processOf = (page) =>
  page.use(async (command) => {
    await command('POST', '/moz/context', { context: 'chrome' });
    try {
      const script = 'return gBrowser.selectedBrowser.browsingContext.currentWindowGlobal.osPid;';
      return await command('POST', '/execute/sync', { script, args: [] });
    } finally {
      await command('POST', '/moz/context', { context: 'content' });
    }
  });
