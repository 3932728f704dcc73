/** Where the admin's log-in page leads. Pure. */

const LOG_IN = "login/";

/**
 * @param {string} href of the log-in page, with the page that was asked for as `next`
 * @returns {string} that page, where it is one of the admin's; else the admin's first
 */
export function destinationOf(href) {
  const here = new URL(href);
  const admin = new URL(here.pathname.slice(0, -LOG_IN.length), here.origin);
  const next = new URL(here.searchParams.get("next") || admin, admin);
  const isAdmins = next.origin === admin.origin && next.pathname.startsWith(admin.pathname);
  return isAdmins && next.pathname !== here.pathname ? next.href : admin.href;
}
