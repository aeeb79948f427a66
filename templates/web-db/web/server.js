// Counts visits in PostgreSQL.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import pg from 'pg';

const password = readFileSync(process.env.PGPASSWORD_FILE, 'utf8').trim();
const pool = new pg.Pool({ password, max: 4 });

async function answer(path) {
  if (path === '/healthz') return `${(await pool.query('SELECT 1')).rowCount === 1 ? 'ok' : 'not ok'}\n`;
  await pool.query('INSERT INTO visits DEFAULT VALUES');
  const { rows } = await pool.query('SELECT count(*) AS count FROM visits');
  return `<h1>Visit number ${rows[0].count}</h1>\n`;
}

const server = createServer(async (request, response) => {
  try {
    response.writeHead(200, { 'content-type': 'text/html' }).end(await answer(request.url));
  } catch (error) {
    console.error(error.message);
    response.writeHead(503).end('the database does not answer\n');
  }
});

server.listen(8080, () => console.log('listening on 8080'));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
