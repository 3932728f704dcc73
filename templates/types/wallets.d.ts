/** What the pages know of wallets, transactions and blocks: what REST answers below `/api/v1/wallets/`, and the channels. */
import type { BlockAnswer } from "./answers.js";

export type { Block as BlockNews } from "../../clients/javascript/events/market.js";
export type { Wallet as WalletNews } from "../../clients/javascript/events/user.js";
export type {
  AssetBalanceAnswer as WalletBalance,
  BlockAnswer as Block,
  ChainAnswer as Chain,
  MovementAnswer as Movement,
  NamedTokenAnswer as NamedToken,
  TransactionAnswer as WatchedTransaction,
  WalletAnswer as Wallet,
} from "./answers.js";

/** A block as it is listed: `isRetracted` once a reorganisation has taken it back. */
export interface ListedBlock extends BlockAnswer {
  isRetracted: boolean;
}
