/** Results are written as lines of JSON, for `cargo xtask bench` to make tables of. */
export const emit = (line) => console.log(JSON.stringify(line));

/** Values by contender, in the contenders' order; the n-th of each were measured in the same round. */
export const measured = (topic, row, unit, samples) =>
  emit({ kind: 'measured', topic, row, unit, samples: Object.entries(samples) });
