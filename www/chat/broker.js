/** Finds the broker that `cargo xtask demo` has started. */

/** @returns {Promise<{ url: string, why?: undefined } | { url?: undefined, why: string }>} */
export async function findBroker() {
  const response = await fetch('../broker/address.json');
  if (response.ok) {
    const { port } = await response.json();
    return { url: `ws://${location.hostname}:${port}` };
  }
  return {
    why: 'There is no broker. Install nats-server (Debian: apt-get install nats-server), and start cargo xtask demo again.',
  };
}
