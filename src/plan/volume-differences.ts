/** A volume that is there is never made anew by itself: whose it is, and what the file says of it that it has not got, is only told. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Provenance, Volume } from '../compose/types.ts';
import type { ObservedVolume } from '../podman/types.ts';
import { labels } from './names.ts';

/** Labels that compose tools write by themselves. */
const toolsLabel = /^(?:com\.docker\.compose|io\.podman\.compose|io\.tscompose)\./;

/** Podman keeps what it reads out of `o` among the options as well, in capitals: UID, GID, SIZE. */
const podmansOption = /^[A-Z]+$/;

type Texts = Readonly<Record<string, string>>;

interface Difference {
  /** `other labels (tier)` */
  readonly text: string;
  readonly attribute: keyof Volume;
}

/**
 * Tells that a volume is not the project's, and how it differs from what the file says.
 *
 * @param project - its name
 * @param key - the volume's, in the file
 */
export function volumeWarning(
  { project, provenance }: { readonly project: string; readonly provenance: Provenance },
  key: string,
  volume: Volume,
  found: ObservedVolume,
): Diagnostic | undefined {
  const differences = differencesOf(project, volume, found);
  const owner = ownerOf(found);
  const isOurs = owner === project;
  if (isOurs && differences.length === 0) return undefined;
  const [first] = differences;
  const span =
    provenance.find(['volumes', key, first?.attribute ?? 'name']) ?? provenance.find(['volumes', key]);
  const whose = owner === undefined ? ' of no project' : ` of project "${owner}"`;
  const how =
    differences.length === 0
      ? 'exists, and is used as it is'
      : `exists with ${differences.map(({ text }) => text).join(' and ')}, and stays as it is`;
  return {
    code: 'W_VOLUME_DIFFERS',
    severity: 'warning',
    message: `volume "${found.name}"${isOurs ? '' : whose} ${how}`,
    ...(span ? { span } : {}),
    hint: isOurs
      ? `to have it made anew, without its data: "down", "podman volume rm ${found.name}", "up"`
      : 'set external: true to use it as it is, or give it another name',
  };
}

/** The project that it was made for, by whichever tool. */
function ownerOf({ labels: its }: ObservedVolume): string | undefined {
  return its[labels.own] ?? its[labels.project] ?? its[labels.podmanProject];
}

function differencesOf(project: string, volume: Volume, found: ObservedVolume): Difference[] {
  const result: Difference[] = [];
  const add = (attribute: keyof Volume, text: string): void => void result.push({ text, attribute });
  // Where there is a digest of driver and options, other ones have been refused.
  if (found.labels[labels.digest] === undefined) {
    const driver = volume.driver ?? 'local';
    if (driver !== found.driver) add('driver', `the driver ${found.driver}`);
    const options = keysThatDiffer(
      volume.driver_opts ?? {},
      found.options,
      (name) => !podmansOption.test(name),
    );
    if (options.length > 0) add('driver_opts', `other options (${options.join(', ')})`);
  }
  // What others have given to a volume of theirs, the file never asked for.
  const isMadeByUs = found.labels[labels.own] === project;
  const names = keysThatDiffer(volume.labels ?? {}, found.labels, () => isMadeByUs).filter(
    (name) => !toolsLabel.test(name),
  );
  if (names.length > 0) add('labels', `other labels (${names.join(', ')})`);
  return result;
}

/** @param counts - whether what is there and is not asked for makes a difference */
function keysThatDiffer(wanted: Texts, found: Texts, counts: (key: string) => boolean): string[] {
  const missing = Object.keys(wanted).filter((key) => wanted[key] !== found[key]);
  const more = Object.keys(found).filter((key) => wanted[key] === undefined && counts(key));
  return [...missing, ...more].sort();
}
