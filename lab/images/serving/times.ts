const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const days = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const two = (value: number): string => String(value).padStart(2, "0");
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;

/** Containers run in UTC, so all of these are. */

/** "10/Oct/2000:13:55:36 +0000", of the common log format. */
export function commonLogTime(date: Date): string {
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${clock(date)} +0000`;
}

/** "2000/10/10 13:55:36", of Go's log package and nginx' error log. */
export function slashedTime(date: Date): string {
  return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${clock(date)}`;
}

/** "Tue Oct 10 13:55:36.123000 2000", of Apache's error log. */
export function apacheTime(date: Date): string {
  const micros = `${String(date.getUTCMilliseconds()).padStart(3, "0")}000`;
  const day = `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${two(date.getUTCDate())}`;
  return `${day} ${clock(date)}.${micros} ${date.getUTCFullYear()}`;
}
