/** A script has not ended, because its page has: somebody followed a link. */
export class PageLeft extends Error {
  constructor() {
    super('the page was left while a script ran in it');
  }
}
