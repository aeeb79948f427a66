/** `0o755` -> `0755`, as instructions write modes. */
export function writeMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
