/** What a panel of the account shows is asked of the server: the latest answer counts, be it why there is none. */
import { SessionError } from "../session/session_requests.js";
import { problemText } from "./account_text.js";

/**
 * @param {import("../turns.js").Turns} turns of the panel, of which this begins one
 * @param {Promise<any>} asked
 * @param {(answer: any) => void} show
 * @param {(problem: string) => void} tell why nothing is shown
 */
export async function showLatest(turns, asked, show, tell) {
  const isLatest = turns.begin();
  try {
    const answer = await asked;
    if (isLatest()) show(answer);
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    if (isLatest()) tell(problemText(error));
  }
}
