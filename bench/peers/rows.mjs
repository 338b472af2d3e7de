import pg from 'pg';

/** A connection of its own for looking at what a system has stored. */
export async function rowsOf(url) {
  const client = new pg.Client(url);
  await client.connect();
  return {
    count: async (sql) => Number((await client.query(sql)).rows[0].n),
    query: (sql) => client.query(sql),
    close: () => client.end(),
  };
}

export const POLLS = 'its callers and workers poll';
