/** Chooses the storage: the disk where there is one, and where pages can find out whose boxes are whose. */
import { BoxLocks } from './box-locks';
import { DiskStore } from './disk-store';
import { MemoryStore } from './memory-store';
import type { OutboxSettings } from './options';
import type { Store } from './store';

/** A lock that tells whether locks are allowed. */
const TRIAL = '/trial';

export async function openStore({ store, database, durability }: OutboxSettings, locks: BoxLocks): Promise<Store> {
  if (store === 'memory' || !globalThis.indexedDB || !BoxLocks.supported) return new MemoryStore();
  const disk = new DiskStore(database, durability);
  try {
    await locks.take(TRIAL);
    locks.release(TRIAL);
    await disk.check();
    return disk;
  } catch {
    // Blocked by another page or by a setting, or of a newer version.
    disk.close();
    return new MemoryStore();
  }
}
