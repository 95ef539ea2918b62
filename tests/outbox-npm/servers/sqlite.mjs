/** One number for each box in SQLite: with `libsql`, or `better-sqlite3`, which has the same interface. */
import Database from 'libsql';

export function openStore(path) {
  const db = new Database(path);
  db.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS boxes (box TEXT PRIMARY KEY, last INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, box TEXT, n INTEGER, item INTEGER)`);
  const select = db.prepare('SELECT last FROM boxes WHERE box = ?');
  const upsert = db.prepare('INSERT INTO boxes VALUES (?, ?) ON CONFLICT (box) DO UPDATE SET last = excluded.last');
  const insert = db.prepare('INSERT INTO orders (box, n, item) VALUES (?, ?, ?)');
  const last = (box) => select.get(box)?.last ?? 0;

  const greet = db.transaction((box, from) => {
    const done = last(box);
    // Those between have expired, or were cancelled: they never come.
    if (done < from - 1) upsert.run(box, from - 1);
    return done;
  });

  // The application.
  const apply = (box, n, { item }) => {
    const { lastInsertRowid } = insert.run(box, n, item);
    if (!(item >= 0)) throw Object.assign(Error('no such item'), { final: true });
    return { order: Number(lastInsertRowid) };
  };

  const deliver = db.transaction((box, n, message) => {
    if (n !== last(box) + 1) return { done: last(box) };
    upsert.run(box, n);
    db.exec('SAVEPOINT attempt');
    try {
      return { n, ok: apply(box, n, message) };
    } catch (error) {
      if (!error.final) throw error;
      // A refusal takes back what was done. The number counts all the same.
      db.exec('ROLLBACK TO attempt');
      return { n, error: { message: error.message, final: true } };
    }
  });
  const orders = () => db.prepare('SELECT box, n, item FROM orders ORDER BY id').all();
  return { greet: greet.immediate, deliver: deliver.immediate, orders };
}
