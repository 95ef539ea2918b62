/** The names of boxes: of a page's own, and of the one that tabs with one connection share. */

const draw = (): string => Math.random().toString(36).slice(2, 10).padEnd(8, '0');
export const ownName = (user: string): string => `${user}/${draw()}${draw()}`;

/** No other box has a name that goes on so. */
const SHARED = '/~';

/** Under this name the store keeps the box's name and its last number. It is also the name of its lock. */
export const counterOf = (user: string): string => `${user}/`;
export const sharedName = (user: string, random: string): string => user + SHARED + random;
export const isShared = (name: string): boolean => name.includes(SHARED);
/** One lock is for all boxes that tabs have ever shared. */
export const lockOf = (user: string, name: string): string => (isShared(name) ? counterOf(user) : name);
