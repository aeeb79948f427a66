/** How long ago, in the words of docker's tools: "About a minute", "3 hours", "2 weeks". */
export function humanDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 1) return 'Less than a second';
  if (whole < 60) return plural(whole, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return plural(minutes, 'minute');
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return 'About an hour';
  return hours < 48 ? plural(hours, 'hour') : longDuration(hours);
}

function longDuration(hours: number): string {
  const days = Math.floor(hours / 24);
  if (hours < 24 * 7 * 2) return plural(days, 'day');
  if (hours < 24 * 30 * 2) return plural(Math.floor(days / 7), 'week');
  if (hours < 24 * 365 * 2) return plural(Math.floor(days / 30), 'month');
  return plural(Math.floor(days / 365), 'year');
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** "2024-05-01 10:00:00 +0000 UTC": how Go prints a time; always in UTC here. */
export function goTime(rfc3339: string): string {
  const ms = Date.parse(rfc3339);
  if (Number.isNaN(ms)) return rfc3339;
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}
