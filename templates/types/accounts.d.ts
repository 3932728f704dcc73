/** What the pages know of a user's own account and preferences: what REST answers below `/api/v1/auth/` and `/api/v1/notifications/`. */
export type {
  Channel,
  DeletionPreview,
  KeyAnswer as ApiKey,
  LoginAnswer as Login,
  PreferencesAnswer as Preferences,
  UserProfile as Profile,
} from "./answers.js";
