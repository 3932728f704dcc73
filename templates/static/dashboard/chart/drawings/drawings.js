/**
 * The drawings on the chart: new ones, whose points `DrawingPlacement` places; one that is selected, moved by its handles
 * and deleted; and the undoing of what was deleted. What is drawn on the candles is `DrawingLayer`'s.
 */
import { byId, parentOf } from "../../../shared/elements.js";
import { decimalsOfStep, formatNumber } from "../../../shared/format.js";
import { onceIn } from "../../../shared/painting.js";
import { AccessToken } from "../../../shared/session/access_token.js";
import { onOtherUser } from "../../../shared/session/other_user.js";
import { DrawingBar } from "./drawing_bar.js";
import { DrawingGround } from "./drawing_ground.js";
import { DrawingHandles } from "./drawing_handles.js";
import { watchDrawingKeys } from "./drawing_keys.js";
import { DrawingMenu } from "./drawing_menu.js";
import { DrawingPlacement } from "./drawing_placement.js";
import { DrawingStore } from "./drawing_store.js";
import { KeptDrawings } from "./kept_drawings.js";
import { MovingOffer } from "./moving_offer.js";
import { MOST_DRAWINGS, nameOf, nextColour, withDrawing } from "./drawing_values.js";

/**
 * @typedef {import("../../../../types/market.js").Drawing} Drawing
 * @typedef {import("../../../../types/market.js").DrawingKind} Kind
 * @typedef {import("./drawing_alerts.js").DrawingAlerts} DrawingAlerts
 * @typedef {import("./shapes.js").Place} Place
 */

/** Keys that follow each other so soon are one change. */
const KEYS_MILLISECONDS = 700;
const MOST_UNDONE = 20;
const DELAYED = "The server can't be reached: this is saved as soon as it can be. Keep the page open.";

export class Drawings {
  #area = parentOf(byId("drawing-handles"));
  #bar = new DrawingBar(() => {
    this.#offer.end();
    this.#leave();
  });
  #alerts;
  #placement;
  #menu;
  #handles;
  #store;
  #offer;
  /** @type {import("./drawing_layer.js").DrawingLayer | undefined} */
  #layer;
  /** @type {import("../../../../types/market.js").Symbol | undefined} */
  #info;
  #chosen = "";
  /** @type {boolean | undefined} whether the alert of the selected one was elsewhere when the bar was told; none had it: undefined */
  #wasLeftBehind;
  /** @type {Drawing | null} the selected one as it is being moved */
  #moving = null;
  /** @type {Drawing[]} the newest last */
  #deleted = [];
  #commitLater = onceIn(KEYS_MILLISECONDS, () => !this.#handles.isHeld && this.#commit());

  /** @param {import("../../../shared/session/session.js").Session} session @param {DrawingAlerts} alerts */
  constructor(session, alerts) {
    this.#alerts = alerts;
    this.#store = new DrawingStore(new AccessToken(session), new KeptDrawings(), {
      changed: () => this.#changed(),
      refused: (message) => this.#bar.say(`${message}.`),
      delayed: () => this.#bar.say(DELAYED),
      allSaved: () => this.#bar.isSaying(DELAYED) && this.#tellChosen(),
    });
    this.#offer = new MovingOffer(this.#store, this.#bar);
    this.#menu = new DrawingMenu({
      begin: (kind) => this.#begin(kind),
      select: (id) => this.#select(id, { focuses: true }),
      remove: (id) => this.#remove(id),
      undo: () => this.#undo(),
    });
    this.#handles = new DrawingHandles({
      drag: (part, place) => this.#move((ground, drawing) => ground.dragged(drawing, part, place)),
      step: (part, step) => {
        this.#move((ground, drawing) => ground.stepped(drawing, part, step));
        this.#commitLater();
      },
      drop: () => this.#commit(),
      cancel: () => this.#putBack(),
    });
    this.#placement = new DrawingPlacement(this.#bar, () => this.#ground, {
      add: (drawing, options) => this.#add(drawing, options),
      changed: () => this.#draw(),
    });
    watchDrawingKeys({
      undo: () => this.#deleted.length > 0 && this.#undo(),
      remove: () => this.#chosen !== "" && this.#remove(this.#chosen),
      leave: () => (this.#placement.isOn || this.#chosen !== "") && this.#leave(),
    });
    alerts.onChange(() => this.#alertsChanged());
    onOtherUser(session, () => this.#enter(session.user !== null));
  }

  /** @param {import("../candle_chart.js").CandleChart} chart */
  drawOn(chart) {
    this.#layer = chart.drawings;
    chart.onClick((place) => this.#click(place));
    chart.onHover((place) => this.#hover(place));
    chart.drawings.onRedraw(() => this.#placeHandles());
    this.#draw();
  }

  /** @param {import("../../../../types/market.js").Symbol} info of the market that the chart shows */
  show(info) {
    this.#info = info;
    this.#deleted = [];
    this.#leave();
    this.#store.choose(info.quote ? info.symbol : "");
    this.#bar.hide();
    this.#offer.show();
  }

  /** Whoever comes has drawings of their own; those of this browser are offered to be theirs. @param {boolean} isSignedIn */
  #enter(isSignedIn) {
    this.#deleted = [];
    this.#leave();
    this.#store.follow(isSignedIn);
    this.#offer.begin();
  }

  /** @param {Kind} kind */
  #begin(kind) {
    if (!this.#ground) return;
    this.#leave();
    if (this.#store.all.length >= MOST_DRAWINGS) return this.#bar.say(`A market has at most ${MOST_DRAWINGS} drawings: delete one first.`);
    this.#placement.begin(kind);
  }

  /** @param {Place} place in the pane of the candles */
  #click(place) {
    const isFree = !this.#placement.isOn && !("picking" in this.#area.dataset);
    if (isFree) this.#select(this.#layer?.idAt(place) ?? "");
  }

  /** @param {Drawing} drawing @param {{focuses?: boolean}} [options] */
  #add(drawing, options) {
    this.#leave();
    this.#store.change({ put: [drawing] });
    this.#select(drawing.id, options);
  }

  /** @param {Place | null} place under the pointer; null: it is elsewhere */
  #hover(place) {
    byId("chart-canvas").toggleAttribute("data-on-drawing", Boolean(place && this.#layer?.idAt(place)));
  }

  get #ground() {
    return this.#layer && this.#info?.quote ? new DrawingGround(this.#layer, this.#info.tickSize) : undefined;
  }

  /** @param {string} id empty: none @param {{focuses?: boolean}} [options] whether its handle gets the focus */
  #select(id, { focuses = false } = {}) {
    if (!id) return this.#chosen ? this.#leave() : undefined;
    this.#commit();
    this.#chosen = id;
    this.#draw();
    this.#tellChosen();
    if (focuses) this.#handles.focus();
  }

  get #selected() {
    return this.#moving ?? this.#store.all.find(({ id }) => id === this.#chosen);
  }

  #tellChosen() {
    const drawing = this.#selected;
    if (!drawing) return this.#bar.hide();
    this.#wasLeftBehind = this.#alerts.isLeftBehind(drawing);
    const create = () => this.#alerts.create(drawing, (rule) => this.#hang(drawing.id, rule));
    const onAlert = {
      create: this.#alerts.mayCreate(drawing) ? create : null,
      follow: this.#wasLeftBehind ? () => this.#follow(drawing) : null,
    };
    this.#bar.tellChosen(this.#nameOf(drawing), { ...onAlert, recolour: () => this.#recolour(), remove: () => this.#remove(drawing.id) });
  }

  /** They come after the drawings, and end: the bar offers what is possible now. */
  #alertsChanged() {
    this.#draw();
    const drawing = this.#selected;
    if (drawing && !this.#moving && this.#alerts.isLeftBehind(drawing) !== this.#wasLeftBehind) this.#tellChosen();
  }

  #recolour() {
    this.#commit();
    const drawing = this.#selected;
    if (drawing) this.#store.change({ put: [{ ...drawing, colour: nextColour(drawing) }] });
  }

  /** @param {(ground: DrawingGround, drawing: Drawing) => Drawing | null} moved null: it can't be there */
  #move(moved) {
    const drawing = this.#selected;
    const ground = this.#ground;
    const next = drawing && ground ? moved(ground, drawing) : null;
    if (!next) return;
    this.#moving = next;
    this.#bar.tell(this.#nameOf(next));
    this.#draw();
  }

  #putBack() {
    this.#moving = null;
    this.#draw();
    this.#tellChosen();
  }

  #commit() {
    const moved = this.#moving;
    this.#moving = null;
    if (!moved) return;
    this.#store.change({ put: [moved] });
    this.#wasLeftBehind = this.#alerts.isLeftBehind(moved);
    if (this.#wasLeftBehind) this.#bar.askToFollow(() => this.#follow(moved), () => this.#tellChosen());
  }

  /** @param {string} id @param {number} rule that hangs on it now */
  #hang(id, rule) {
    const drawing = this.#store.all.find((each) => each.id === id);
    if (drawing) this.#store.change({ put: [{ ...drawing, rule }] });
    if (id === this.#chosen) this.#tellChosen();
  }

  /** @param {Drawing} drawing with which its alert moves */
  async #follow(drawing) {
    const problem = await this.#alerts.follow(drawing, this.#info?.tickSize);
    if (drawing.id === this.#chosen) this.#tellChosen();
    if (problem) this.#bar.say(`The alert stays where it was: ${problem}.`);
  }

  /** @param {string} id */
  #remove(id) {
    const drawing = this.#store.all.find((each) => each.id === id);
    if (!drawing) return;
    const hadFocus = this.#hasFocus;
    this.#deleted = [...this.#deleted, drawing].slice(-MOST_UNDONE);
    this.#leave();
    this.#store.change({ remove: [id] });
    const removeAlert = this.#alerts.ruleOf(drawing) ? () => this.#removeAlert(drawing) : null;
    this.#bar.tellDeleted(this.#nameOf(drawing), () => this.#undo(), removeAlert);
    if (hadFocus) this.#bar.focus();
  }

  /** @param {Drawing} drawing that is deleted */
  async #removeAlert(drawing) {
    const problem = await this.#alerts.remove(drawing);
    this.#bar.say(problem ? `The alert goes on: ${problem}.` : "The alert is deleted, too.");
  }

  #undo() {
    const drawing = this.#deleted.pop();
    if (drawing) this.#add(drawing, { focuses: true });
  }

  /** Draw and select nothing more; what was moved stays there. The focus goes back to the chart, where it was on what is gone. */
  #leave() {
    const hadFocus = this.#hasFocus;
    this.#placement.end();
    this.#chosen = "";
    this.#bar.hide();
    this.#commit();
    this.#draw();
    if (hadFocus) byId("chart").focus();
  }

  get #hasFocus() {
    return this.#bar.hasFocus || byId("drawing-handles").contains(document.activeElement);
  }

  /** There are other drawings than before: of another market, or as the server has them. */
  #changed() {
    if (this.#chosen && !this.#store.all.some(({ id }) => id === this.#chosen)) this.#leave();
    this.#menu.show({ drawings: this.#store.all, nameOf: (drawing) => this.#nameOf(drawing), mayUndo: this.#deleted.length > 0 });
    this.#draw();
  }

  #draw() {
    const kept = this.#moving ? withDrawing(this.#store.all, this.#moving) : this.#store.all;
    this.#layer?.show({ drawings: [...kept, ...this.#placement.draft], chosen: this.#chosen, belled: this.#alerts.belled(kept) });
    this.#placeHandles();
  }

  #placeHandles() {
    const drawing = this.#chosen ? this.#selected : undefined;
    const places = drawing ? (this.#layer?.handlesOf(drawing.id) ?? []) : [];
    this.#handles.place(places, (drawing?.points ?? []).map(({ price }) => this.#shown(price)));
  }

  /** @param {Drawing} drawing */
  #nameOf(drawing) {
    return nameOf(drawing, (price) => this.#shown(price));
  }

  /** @param {string} price */
  #shown(price) {
    return formatNumber(Number(price), decimalsOfStep(this.#info?.tickSize));
  }
}
