/** The blocks of a chain as they come, and how the chain is followed. */
import { ChannelSet } from "../../shared/channels/channel_set.js";
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { isRefusal, isTemporary } from "../../shared/refusal.js";
import { Retry } from "../../shared/retry.js";
import { Turns } from "../../shared/turns.js";
import { offerChains } from "../chain_choice.js";
import { chainText, isUpToDate } from "../wallet_text.js";
import { listed, reorganisationText, withBlock } from "./block_list.js";
import { BlockRows } from "./block_rows.js";

/** @typedef {import("../../../types/wallets.js").Chain} Chain */
/** @typedef {import("../../../types/wallets.js").ListedBlock} ListedBlock */
/** @typedef {import("../../../types/wallets.js").BlockNews} BlockNews */

export class BlockPanel {
  #requests;
  #channels;
  #turns = new Turns();
  #retry = new Retry();
  #choice = byId("block-chain", "select");
  #rows = new BlockRows(byId("block-list"));
  /** @type {ListedBlock[]} */
  #blocks = [];
  #chain = "";
  /** @type {Chain[]} */
  #chains = [];
  #meant = "";

  /** @param {import("../../client/client.js").TidewireClient} client @param {import("../requests.js").WalletRequests} requests */
  constructor(client, requests) {
    this.#requests = requests;
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
    this.#chain = chain;
    this.#channels.replace(chain ? [`blocks:${chain}`] : []);
    this.#tell([]);
    setText(byId("reorganisation"), "");
    this.#load();
  }

  async #load() {
    const isMeant = this.#turns.begin();
    this.#retry.stop();
    if (!this.#chain) return;
    try {
      const read = await this.#requests.blocks(this.#chain);
      if (isMeant()) this.#tell(read.toReversed().reduce(withBlock, this.#blocks.length ? this.#blocks : listed([])));
      setText(byId("blocks-note"), "");
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!isMeant() || error.code === "signed_out") return;
      setText(byId("blocks-note"), `The blocks can't be read: ${error.message}.`);
      if (isTemporary(error)) this.#retry.later(() => this.#load());
    }
  }

  /** @param {BlockNews} data */
  #came(data) {
    if (data.chain !== this.#chain) return;
    this.#tell(withBlock(this.#blocks, data));
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
