/** Names that scenarios share. */
export const fairlead = "fairlead";
/** The plugin in a process that lives on, without a shim or an agent. */
export const inProcess = "fairlead, in-process";
export const aProcess = "fairlead, a process a call";
/** What a process of Node takes that does nothing. */
export const emptyProcess = "node, an empty script";
export const reference = "containernetworking-plugins";

export const add = "ADD, median";
export const del = "DEL, median";
