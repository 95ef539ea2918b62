/** One number for each box in PostgreSQL, with `pg`. */
import pg from 'pg';

const TABLES = `CREATE TABLE IF NOT EXISTS boxes (box text PRIMARY KEY, last bigint NOT NULL);
  CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, box text, n bigint, item integer)`;

/** The application. */
async function apply(db, box, n, { item }) {
  const { rows } = await db.query('INSERT INTO orders (box, n, item) VALUES ($1, $2, $3) RETURNING id', [box, n, item]);
  if (!(item >= 0)) throw Object.assign(Error('no such item'), { final: true });
  return { order: rows[0].id };
}

/** Numbers before `from` that are not done have expired, or were cancelled: they never come. Returns the last before it. */
const GREET = `WITH before AS (SELECT last FROM boxes WHERE box = $1 FOR UPDATE)
  UPDATE boxes SET last = greatest(boxes.last, $2 - 1) FROM before WHERE box = $1 RETURNING before.last`;
const ADD = 'INSERT INTO boxes VALUES ($1, 0) ON CONFLICT DO NOTHING';

async function transact(db, box, n, message) {
  await db.query(ADD, [box]);
  // The row is locked until the end of the transaction: another connection with this box waits.
  const { rowCount } = await db.query('UPDATE boxes SET last = $2 WHERE box = $1 AND last = $2 - 1', [box, n]);
  if (!rowCount) return { done: Number((await db.query('SELECT last FROM boxes WHERE box = $1', [box])).rows[0].last) };
  await db.query('SAVEPOINT attempt');
  try {
    return { n, ok: await apply(db, box, n, message) };
  } catch (error) {
    if (!error.final) throw error;
    // A refusal takes back what was done. The number counts all the same.
    await db.query('ROLLBACK TO attempt');
    return { n, error: { message: error.message, final: true } };
  }
}

export async function openStore(connectionString) {
  const pool = new pg.Pool({ connectionString });
  await pool.query(TABLES);

  async function greet(box, from) {
    await pool.query(ADD, [box]);
    return Number((await pool.query(GREET, [box, from])).rows[0].last);
  }

  async function deliver(box, n, message) {
    const db = await pool.connect();
    let failure;
    try {
      await db.query('BEGIN');
      const answer = await transact(db, box, n, message);
      await db.query('COMMIT');
      return answer;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // With an error the connection is closed, which rolls back.
      db.release(failure);
    }
  }
  const orders = async () =>
    (await pool.query('SELECT box, n, item FROM orders ORDER BY id')).rows.map((row) => ({ ...row, n: Number(row.n) }));
  return { greet, deliver, orders };
}
