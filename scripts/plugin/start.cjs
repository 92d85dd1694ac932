/*
 * The program `fairlead`: starts plugin.cjs, which lies in its __dirname, with what V8 has compiled of it for an earlier
 * call of the same name and command: Node's own cache has what a module compiles while it loads, and of a call that is a
 * small part.
 */
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { basename } = require("node:path");
const { Script } = require("node:vm");

const filename = `${__dirname}/plugin.cjs`;
const name = basename(process.argv[1]);
const compiled = `${__dirname}/compiled-${name}-${process.env.CNI_COMMAND}`;

function read() {
  try {
    return readFileSync(compiled);
  } catch {
    return undefined;
  }
}

const cachedData = read();
const script = new Script(
  `(function (require, module, __dirname) {${readFileSync(filename, "latin1")}\n})`,
  { filename, cachedData },
);
if (cachedData === undefined || script.cachedDataRejected)
  process.on("exit", (status) => {
    if (status !== 0) return;
    const draft = `${compiled}.${process.pid}`;
    try {
      writeFileSync(draft, script.createCachedData());
      renameSync(draft, compiled);
    } catch {
      // A folder that is read-only: each call compiles anew.
    }
  });
script.runInThisContext()(require, module, __dirname);
