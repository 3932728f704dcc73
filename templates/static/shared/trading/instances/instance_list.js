/** The user's grids or strategies, newest first, in step with the server's news. */
import { byId, targetOf } from "../../elements.js";
import { formatCount } from "../../format.js";
import { onceIn, oncePerFrame, setText } from "../../painting.js";
import { isTemporary } from "../../refusal.js";
import { RetriedRead } from "../../retried_read.js";
import { isActive, withNews } from "./instance_news.js";
import { InstanceRow } from "./instance_row.js";

/**
 * @template {import("../../../../types/instances.js").Instance} One
 * @typedef {object} ListKind what is listed
 * @property {string} loading words while it is read
 * @property {string} none words where there is none
 * @property {(id: string) => string} addressOf
 * @property {(instance: One, account: string) => import("./instance_row.js").RowTexts} textsOf `account`: its name, where there are several
 */

const PAGE_SIZE = 50;
const REFRESH_MILLISECONDS = 500;

/** @template {import("../../../../types/instances.js").Instance} One */
export class InstanceList {
  #list = byId("own-list");
  #note = byId("own-note");
  #more = byId("own-more");
  #kind;
  #requests;
  #nameOf;
  #reading;
  /** @type {Map<string, {instance: One, row: InstanceRow}>} newest first */
  #listed = new Map();
  #wanted = PAGE_SIZE;
  #shown = "";
  #refreshSoon = onceIn(REFRESH_MILLISECONDS, () => this.#reading.refresh());
  #paint = oncePerFrame(() => this.#showAll());

  /**
   * @param {{list: (limit: number) => Promise<{items: One[], total: number}>}} requests
   * @param {ListKind<One>} kind
   * @param {(id: string) => void} open
   * @param {(account: string) => string} nameOf an account, where there are several
   */
  constructor(requests, kind, open, nameOf) {
    this.#requests = requests;
    this.#kind = kind;
    this.#nameOf = nameOf;
    this.#reading = new RetriedRead({
      ask: () => this.#requests.list(this.#wanted),
      show: ({ items, total }) => this.#show(items, total),
      refused: (refusal) => this.#refused(refusal),
    });
    this.#list.addEventListener("click", (event) => {
      const { instance } = targetOf(event).dataset;
      if (!instance || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(instance);
    });
    this.#more.addEventListener("click", () => {
      this.#wanted += PAGE_SIZE;
      this.load();
    });
  }

  /** @returns {number} how many haven't ended, of those that are shown */
  get liveCount() {
    return [...this.#listed.values()].filter(({ instance }) => isActive(instance)).length;
  }

  /** Read them anew. */
  load() {
    return this.#reading.load();
  }

  /** Whoever comes sees nothing of who was here before. */
  forget() {
    this.#reading.forget();
    this.#show([], NaN);
    setText(this.#note, this.#kind.loading);
  }

  /** @param {string} id which is shown beside the list; none: empty */
  select(id) {
    this.#shown = id;
    this.#mark();
  }

  /** @param {import("../../../../types/instances.js").InstanceEvent} event */
  news(event) {
    const known = this.#listed.get(event.channel.split(".")[1]);
    if (known) known.instance = withNews(known.instance, event);
    if (known) this.#paint();
    if (!known || event.channel.endsWith(".lifecycle")) this.refresh();
  }

  /** The names of accounts are known. */
  repaint() {
    this.#showAll();
  }

  /** One began or ended: what that made of it is read. */
  refresh() {
    this.#refreshSoon();
  }

  /** @param {import("../../refusal.js").Refusal} refusal @returns {boolean} whether it is asked anew */
  #refused(refusal) {
    if (refusal.code !== "signed_out") setText(this.#note, `${refusal.message}.`);
    return isTemporary(refusal);
  }

  /** @param {One[]} items @param {number} total not a number while it isn't known */
  #show(items, total) {
    const former = this.#listed;
    this.#listed = new Map(items.map((instance) => [instance.id, { instance, row: former.get(instance.id)?.row ?? this.#rowOf(instance.id) }]));
    this.#showAll();
    this.#place([...this.#listed.values()].map(({ row }) => row.element));
    setText(byId("own-count"), total ? formatCount(total) : "");
    setText(this.#note, items.length || Number.isNaN(total) ? "" : this.#kind.none);
    this.#more.hidden = !(total > items.length);
    this.#mark();
  }

  /** @param {string} id */
  #rowOf(id) {
    return new InstanceRow(id, this.#kind.addressOf(id));
  }

  #showAll() {
    for (const { instance, row } of this.#listed.values()) row.show(instance, this.#kind.textsOf(instance, this.#nameOf(instance.account)));
  }

  /** Rows that stay are not moved, so that the focus stays in them. @param {HTMLElement[]} rows */
  #place(rows) {
    for (const gone of [...this.#list.children].filter((row) => !rows.includes(/** @type {HTMLElement} */ (row)))) gone.remove();
    rows.forEach((row, index) => {
      if (this.#list.children[index] !== row) this.#list.insertBefore(row, this.#list.children[index] ?? null);
    });
  }

  #mark() {
    for (const [id, { row }] of this.#listed) row.mark(id === this.#shown);
  }
}
