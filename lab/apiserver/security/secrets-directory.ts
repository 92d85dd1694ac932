import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasErrno } from "#observe/errno.ts";
import { FairleadError } from "#observe/errors.ts";
import { type AuthoritySecrets, createSecrets } from "./authority.ts";

const files = { certificate: "ca.crt", key: "ca.key", tokenKey: "sa.key" };

/**
 * The secrets that the directory holds; those of a new cluster are written into an empty one.
 * @throws FairleadError FL-A001 when it cannot be read or written, or holds some of the files only
 */
export async function secretsIn(directory: string): Promise<AuthoritySecrets> {
  try {
    const found = await Promise.all(
      [files.certificate, files.key, files.tokenKey].map((name) => readIfThere(directory, name)),
    );
    if (found.every((text) => text === undefined)) return await writeNew(directory);
    const [certificate, key, tokenKey] = found;
    if (certificate !== undefined && key !== undefined && tokenKey !== undefined)
      return { ca: { certificate, key }, tokenKey };
    throw new Error(`it needs all of ${Object.values(files).join(", ")}, or none`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError(
      "FL-A001",
      `cannot use the certificate directory ${directory}: ${why}`,
      {
        cause: error,
      },
    );
  }
}

async function writeNew(directory: string): Promise<AuthoritySecrets> {
  const secrets = createSecrets();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string, mode: number) =>
    writeFile(join(directory, name), text, { mode, flag: "wx" });
  await write(files.certificate, secrets.ca.certificate, 0o644);
  await write(files.key, secrets.ca.key, 0o600);
  await write(files.tokenKey, secrets.tokenKey, 0o600);
  return secrets;
}

async function readIfThere(directory: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(directory, name), "utf8");
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
