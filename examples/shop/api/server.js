// GET /products: what the migration wrote, and how often it was asked for, counted in Redis.
const { createServer } = require('node:http');
const { pool } = require('./database.js');
const { redis } = require('./redis.js');

const database = pool();

async function answer(path) {
  if (path === '/healthz') return { ok: (await database.query('SELECT 1')).rowCount === 1 };
  if (path !== '/products') return undefined;
  const { rows } = await database.query('SELECT name, price FROM products ORDER BY name');
  return { products: rows, visits: Number(await redis('INCR', 'visits')) };
}

const server = createServer(async (request, response) => {
  try {
    const body = await answer(request.url);
    response
      .writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? { error: 'not found' }));
  } catch (error) {
    console.error(error.message);
    response
      .writeHead(503, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: error.message }));
  }
});

server.listen(3000, () => console.log('the api listens on 3000'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
