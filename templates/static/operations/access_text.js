/** What a reader is told who doesn't see the deployment, or no longer. Pure. */

/**
 * @param {import("./access.js").AccessState} state
 * @param {object} [details]
 * @param {string} [details.username] of who has signed in
 * @param {boolean} [details.hasShown] whether a report is still in sight
 * @param {string} [details.reason] of a refusal that is no matter of rights
 * @returns {string} empty where there is nothing to tell
 */
export function accessText(state, { username, hasShown, reason } = {}) {
  switch (state) {
    case "signed out":
      return "This page shows this deployment's gateways, bridge and workers. Sign in with a staff account.";
    case "asking":
      return `Asking the server what it shows to ${username}…`;
    case "refused":
      if (reason) return `The server doesn't show the deployment: ${reason}.`;
      return `${username} is not staff, so the server doesn't show the deployment. Sign in with a staff account.`;
    case "ended":
      return `Your session has ended${hasShown ? ": what you see below is old" : ""}. Sign in again to go on.`;
    default:
      return "";
  }
}
