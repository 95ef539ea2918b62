/** The user's name, which lives as long as the tab: another tab is somebody else. */

const NAMES = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Leslie'];

/** @returns {string} */
export function myName() {
  const known = sessionStorage.getItem('name');
  if (known) return known;
  const name = `${NAMES[Math.floor(Math.random() * NAMES.length)]} ${Math.floor(Math.random() * 90 + 10)}`;
  rename(name);
  return name;
}

/** @param {string} name */
export function rename(name) {
  sessionStorage.setItem('name', name);
}
