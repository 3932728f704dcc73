/** The blocks of a chain as they come, and how the chain is followed. */
import { ChannelSet } from "../../shared/channels/channel_set.js";
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { isTemporary } from "../../shared/refusal.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { offerChains } from "../chain_choice.js";
import { chainText, isUpToDate } from "../wallet_text.js";
import { MOST, reorganisationText, withBlock, withRead } from "./block_list.js";
import { BlockRows } from "./block_rows.js";

/** @typedef {import("../../../types/wallets.js").Chain} Chain */
/** @typedef {import("../../../types/wallets.js").ListedBlock} ListedBlock */
/** @typedef {import("../../../types/wallets.js").BlockNews} BlockNews */
/** @typedef {{before: ListedBlock[], since: BlockNews[]}} Asked what was listed when blocks were asked for, and what has come since */

export class BlockPanel {
  #channels;
  #reading;
  #choice = byId("block-chain", "select");
  #rows = new BlockRows(byId("block-list"));
  /** @type {ListedBlock[]} */
  #blocks = [];
  /** @type {Asked | null} null: no blocks are */
  #asked = null;
  #chain = "";
  /** @type {Chain[]} */
  #chains = [];
  #meant = "";

  /** @param {import("../../client/client.js").TidewireClient} client @param {import("../requests.js").WalletRequests} requests */
  constructor(client, requests) {
    this.#reading = new RetriedRead({
      ask: () => requests.blocks(this.#chain),
      show: (read) => this.#read(read),
      refused: (refusal) => this.#refused(refusal),
    });
    this.#channels = new ChannelSet(client);
    this.#choice.addEventListener("change", () => this.#follow(this.#choice.value));
    client.onMessage(/** @type {string} */ ("block"), (/** @type {any} */ { data }) => this.#came(data));
    client.on("connected", () => this.#load());
    client.on("resync", ({ channel }) => this.#channels.has(channel) && this.#load());
  }

  /** @param {Chain[]} chains those that are followed @param {string} meant that of the wallet that is shown: followed once that is another */
  show(chains, meant) {
    const names = chains.map(({ chain }) => chain);
    offerChains(this.#choice, names);
    const isOther = meant !== this.#meant && names.includes(meant);
    this.#meant = meant;
    if (isOther && meant !== this.#chain) this.#follow(meant);
    else if (!names.includes(this.#chain)) this.#follow(names[0] ?? "");
    this.#choice.value = this.#chain;
    byId("block-choice").hidden = names.length < 2;
    this.#chains = chains;
    this.#tellState();
  }

  /** Nobody is there to follow one. */
  forget() {
    this.#meant = "";
    this.#follow("");
  }

  #tellState() {
    const now = Date.now();
    const chains = this.#chains;
    const chosen = chains.find(({ chain }) => chain === this.#chain);
    const newest = this.#blocks.find(({ isRetracted }) => !isRetracted)?.number;
    setText(byId("chain-state"), chosen ? chainText({ ...chosen, block: newest ?? chosen.block }, now) : "No chain is followed here: the staff of this installation add chains.");
    byId("chain-simulated").hidden = !chosen?.simulated;
    const behind = chains.filter((chain) => !isUpToDate(chain)).map((chain) => chainText(chain, now));
    byId("chain-banner").hidden = !behind.length;
    setText(byId("chain-banner"), behind.join(" "));
  }

  /** @param {string} chain empty: none */
  #follow(chain) {
    this.#reading.forget();
    this.#asked = null;
    this.#chain = chain;
    this.#channels.replace(chain ? [`blocks:${chain}`] : []);
    this.#tell([]);
    setText(byId("reorganisation"), "");
    this.#load();
  }

  async #load() {
    if (!this.#chain) return;
    this.#asked ??= { before: this.#blocks, since: [] };
    await this.#reading.load();
  }

  /** @param {import("../../../types/wallets.js").Block[]} blocks the newest first */
  #read(blocks) {
    const { before, since } = this.#asked ?? { before: this.#blocks, since: [] };
    this.#asked = null;
    this.#tell(withRead(before, blocks, since));
    setText(byId("blocks-note"), "");
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal @returns {boolean} whether it is asked anew */
  #refused(refusal) {
    if (refusal.code !== "signed_out") setText(byId("blocks-note"), `The blocks can't be read: ${refusal.message}.`);
    return isTemporary(refusal);
  }

  /** @param {BlockNews} data */
  #came(data) {
    if (data.chain !== this.#chain) return;
    this.#tell(withBlock(this.#blocks, data));
    if (this.#asked) this.#asked.since = [...this.#asked.since, data].slice(-MOST);
    this.#tellState();
    const text = reorganisationText(data.reorg_depth, data.number);
    if (text) setText(byId("reorganisation"), text);
  }

  /** @param {ListedBlock[]} blocks */
  #tell(blocks) {
    this.#blocks = blocks;
    this.#rows.show(blocks);
  }
}
