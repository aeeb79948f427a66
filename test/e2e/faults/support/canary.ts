import { execFileSync } from 'node:child_process';
import { busybox } from '../../support/project.ts';
import type { Lab } from './lab.ts';

/** A container, a volume and a network of nobody, and a project of somebody else: no run may touch them. */
export class Canary {
  readonly #lab: Lab;
  readonly #name: string;
  #before: Readonly<Record<string, string>> = {};

  private constructor(lab: Lab) {
    this.#lab = lab;
    // Not the lab's own name inside it: what a test's project leaves is found by that.
    this.#name = `canary-${process.pid}-${lab.folder.slice(-3).toLowerCase()}`;
  }

  static async plant(lab: Lab): Promise<Canary> {
    const canary = new Canary(lab);
    const name = canary.#name;
    podman('volume', 'create', name);
    podman('network', 'create', name);
    podman(
      'run',
      '-d',
      `--name=${name}`,
      `--network=${name}`,
      `--volume=${name}:/data`,
      busybox,
      'sleep',
      '3000',
    );
    const label = 'com.docker.compose.project=canary';
    podman(
      'create',
      `--name=${name}-project`,
      `--label=${label}`,
      '--label=io.tscompose.project=canary',
      busybox,
    );
    canary.#before = await canary.#look();
    return canary;
  }

  async #look(): Promise<Record<string, string>> {
    const name = this.#name;
    const paths = [
      `/containers/${name}/json`,
      `/containers/${name}-project/json`,
      `/volumes/${name}/json`,
      `/networks/${name}/json`,
    ];
    const entries = paths.map(async (path): Promise<[string, string]> => {
      const found = await this.#lab.ask<unknown>(path).catch((error: unknown) => String(error));
      return [path, JSON.stringify(found)];
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** What is not as it was planted. */
  async changes(): Promise<string[]> {
    const now = await this.#look();
    return Object.keys(this.#before).flatMap((path) =>
      now[path] === this.#before[path] ? [] : [`${path}: ${this.#before[path]} became ${now[path]}`],
    );
  }

  remove(): void {
    podman('rm', '-f', '-t0', this.#name, `${this.#name}-project`);
    podman('volume', 'rm', this.#name);
    podman('network', 'rm', this.#name);
  }
}

function podman(...args: string[]): void {
  execFileSync('podman', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
