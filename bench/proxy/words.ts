/** Words that scenarios share. */
export const fairlead = "fairlead";

/** "10,000 services". */
export function servicesText(count: number): string {
  return `${count.toLocaleString("en-US")} services`;
}
