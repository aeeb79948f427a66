// Makes the table and its rows; running it again changes nothing.
const { pool } = require('./database.js');

const products = [
  ['Apples', 2.5],
  ['Bread', 3.2],
  ['Cheese', 7.9],
];

async function main() {
  const database = pool();
  await database.query(
    'CREATE TABLE IF NOT EXISTS products (name text PRIMARY KEY, price numeric(8, 2) NOT NULL)',
  );
  for (const [name, price] of products) {
    await database.query('INSERT INTO products VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, price]);
  }
  console.log(`${products.length} products are there`);
  await database.end();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
