// Fetches the shop's page as a browser would, with what it loads, and prints it. Exits 1 when anything is not as it must be.
const [base] = process.argv.slice(2);

async function get(path) {
  const response = await fetch(base + path);
  const text = await response.text();
  if (!response.ok) throw new Error(`${base}${path}: ${response.status} ${text}`);
  return text;
}

const page = await get('/');
if (!page.includes('id="products"')) throw new Error(`${base}/ is not the page of the shop`);
const { title, motto } = JSON.parse(await get('/shop.json'));
const { products, visits } = JSON.parse(await get('/api/products'));
if (products.length === 0 || !(visits > 0)) throw new Error('the shop has no products or does not count');
const rows = products.map(({ name, price }) => `    ${name.padEnd(10)} ${price.padStart(6)}`);
console.log(`\n${base} shows:

  ${title}  (the page by nginx, its title from a config)
  ${motto}

${rows.join('\n')}  (written to PostgreSQL by the migration, read by the API)

  asked for ${visits} ${visits === 1 ? 'time' : 'times'}  (counted in Redis)`);
