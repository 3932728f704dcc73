/** What the pages know of notifications' channels: what REST answers below `/api/v1/notifications/`. */
import type { PreferencesAnswer, WebhookAnswer, WebhookPutAnswer } from "./answers.js";

export type {
  ChannelAnswer as Reach,
  DeliveryResultAnswer as Result,
  ServiceAddressesAnswer as Addresses,
  StoredMail as Mail,
  SubscriptionAnswer as Browser,
  SubscriptionsAnswer as Browsers,
} from "./answers.js";

/** The user's webhook; its secret only in the moment in which it is made. */
export type Webhook = Pick<WebhookAnswer, "url"> & Partial<Pick<WebhookPutAnswer, "secret">>;

/** How an open page tells that an alert has fired. */
export type AlertSignals = Pick<PreferencesAnswer, "sound" | "vibration">;
