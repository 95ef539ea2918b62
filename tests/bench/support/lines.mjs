/** What is found is written as lines of JSON, for `cargo xtask bench` to make tables of. */
export const emit = (line) => console.log(JSON.stringify(line));
