/** The main example on real input: seven services, five of them waited for, every image built from Debian's packages. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect } from 'vitest';
import { fetchText, freePorts } from './support/network.ts';
import { scenario } from './support/scenario.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cwd = `${root}examples/shop`;
const minutes = 60_000;

scenario(
  'the shop must be built, come up in its order, and sell what its migration wrote',
  { timeout: 15 * minutes },
  async ({ project }) => {
    await execa(`${root}scripts/base-images/make`, ['debian']);
    const port = String(await freePorts());
    const run = (...args: string[]) =>
      project.run(['-p', project.name, ...args], { cwd, env: { SHOP_PORT: port }, timeoutMs: 12 * minutes });
    try {
      const up = await run('up', '--detach', '--build', '--wait');
      expect(up.code, up.stderr).toBe(0);
      const page = await fetchText(`http://127.0.0.1:${port}/`);
      expect(page).toContain('<h1 id="title">');
      const products = async (): Promise<unknown> =>
        JSON.parse(await fetchText(`http://127.0.0.1:${port}/api/products`));
      const list = [
        { name: 'Apples', price: '2.50' },
        { name: 'Bread', price: '3.20' },
        { name: 'Cheese', price: '7.90' },
      ];
      expect(await products()).toEqual({ products: list, visits: 1 });
      expect(await products()).toEqual({ products: list, visits: 2 });
      const csv = await fetchText(`http://127.0.0.1:${port}/prices.csv`);
      expect(csv.split('\r\n')).toEqual(['name,price', 'Apples,2.50', 'Bread,3.20', 'Cheese,7.90', '']);
      // Its tests have passed, whenever that stage was built, and are not in it.
      expect(await project.sh('prices', 'ls')).toBe('passed\nprices.py');
      expect(await project.sh('cache', 'redis-cli get products')).toBe('3');
      expect(await project.states()).toEqual([
        'api-1 running',
        'cache-1 running',
        'db-1 running',
        'migrate-1 exited',
        'prices-1 running',
        'web-1 running',
        'worker-1 running',
      ]);
      const start = async (name: string): Promise<number> => project.startedAt(name);
      expect(await start('migrate')).toBeGreaterThan(await start('db'));
      expect(await start('api')).toBeGreaterThan(await start('migrate'));
      expect(await start('web')).toBeGreaterThan(await start('api'));
      // The secret is where it belongs and nowhere else.
      expect(await project.sh('api', 'cat /run/secrets/db_password')).not.toBe('');
      expect(JSON.stringify(await project.inspect('api'))).not.toContain(
        await project.sh('api', 'cat /run/secrets/db_password'),
      );
      const before = await project.ids();
      const again = await run('up', '--detach', '--wait');
      expect(again.code, again.stderr).toBe(0);
      const after = await project.ids();
      expect({ ...after, 'migrate-1': '' }).toEqual({ ...before, 'migrate-1': '' });
    } finally {
      const down = await run('down', '--volumes', '--rmi', 'local');
      expect(down.code, down.stderr).toBe(0);
    }
    expect(await project.states()).toEqual([]);
  },
);
