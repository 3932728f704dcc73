/** What a panel of the account shows is asked of the server: the newest answer counts, be it why there is none. */
import { SessionError } from "../session/session_requests.js";
import { problemText } from "./account_text.js";

/**
 * @param {import("../turns.js").Turns} turns of the panel, of which this begins one
 * @param {Promise<any>} asked
 * @param {(answer: any) => void} show
 * @param {(problem: string) => void} tell why nothing is shown
 */
export async function showNewest(turns, asked, show, tell) {
  const isNewest = turns.begin();
  try {
    const answer = await asked;
    if (isNewest()) show(answer);
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    if (isNewest()) tell(problemText(error));
  }
}
