import type { PayloadField, TableFamily } from "../contract.ts";

const protocolOf: { readonly [Field in PayloadField]?: number } = {
  "tcp dport": 6,
  "udp dport": 17,
  "sctp dport": 132,
  "icmp type": 1,
  "icmpv6 type": 58,
};
const portsOf: Readonly<Record<number, string>> = { 6: "tcp", 17: "udp", 132: "sctp" };
const TCP = 6;
/** What a match of `meta nfproto` (inet) or `meta protocol` (bridge) says, and fields of that header. */
const networkOf = {
  nfproto: { 2: "ip", 10: "ip6" },
  protocol: { 2048: "ip", 34525: "ip6", 2054: "arp" },
};

/**
 * What is known of the packet at a place in a rule. nft leaves a match out of its listing when a field behind it
 * implies it: `meta l4proto tcp tcp dport 80` reads `tcp dport 80`. So the pieces of the rule's text are kept here.
 */
export class RuleContext {
  readonly family: TableFamily;
  readonly #pieces: string[] = [];
  #transport: number | undefined;
  #network: string | undefined;
  #transportPiece: number | undefined;
  #networkPiece: number | undefined;

  constructor(family: TableFamily) {
    this.family = family;
  }

  add(piece: string): void {
    this.#pieces.push(piece);
  }

  /** The piece that comes next matches `meta l4proto`, which a field of that protocol may make needless. */
  noteTransport(protocol: number): void {
    this.#transport = protocol;
    this.#transportPiece = this.#pieces.length;
  }

  /** The piece that comes next matches `meta nfproto` or `meta protocol`. */
  noteNetwork(key: keyof typeof networkOf, value: number): void {
    const known: Readonly<Record<number, string>> = networkOf[key];
    this.#network = known[value];
    this.#networkPiece = this.#pieces.length;
  }

  /** The field's name here; matches that it implies are dropped. */
  field(field: PayloadField): string {
    const protocol = protocolOf[field];
    const isPort = field === "th dport" || field === "th sport";
    if (
      this.#transport !== undefined &&
      (protocol === this.#transport || (isPort && portsOf[this.#transport]))
    )
      this.#transportPiece = this.#drop(this.#transportPiece);
    if (this.#network !== undefined && this.#isOfNetwork(field))
      this.#networkPiece = this.#drop(this.#networkPiece);
    const ports = this.#transport === undefined ? undefined : portsOf[this.#transport];
    return isPort && ports !== undefined ? field.replace("th", ports) : field;
  }

  /** `reject with tcp reset` implies TCP, in tables of one family. */
  resetsTcp(): void {
    if (this.#transport === TCP && (this.family === "ip" || this.family === "ip6"))
      this.#transportPiece = this.#drop(this.#transportPiece);
  }

  text(): string {
    return this.#pieces.filter((piece) => piece !== "").join(" ");
  }

  #isOfNetwork(field: PayloadField): boolean {
    const network =
      field === "icmp type" ? "ip" : field === "icmpv6 type" ? "ip6" : field.split(" ")[0];
    return network === this.#network;
  }

  #drop(piece: number | undefined): undefined {
    if (piece !== undefined) this.#pieces[piece] = "";
  }
}
