/** What people call the assets that exchanges list by their letters; the exchange itself doesn't tell. Pure. */

/** @type {Record<string, string>} */
const NAMES = {
  AAVE: "Aave", ADA: "Cardano", ALGO: "Algorand", APT: "Aptos", ARB: "Arbitrum", ATOM: "Cosmos", AVAX: "Avalanche",
  BCH: "Bitcoin Cash", BNB: "BNB Binance Coin", BTC: "Bitcoin", CRV: "Curve", DAI: "Dai", DOGE: "Dogecoin", DOT: "Polkadot",
  EGLD: "MultiversX", ENS: "Ethereum Name Service", ETC: "Ethereum Classic", ETH: "Ethereum Ether", EUR: "Euro",
  FIL: "Filecoin", FLOW: "Flow", FTM: "Fantom", GRT: "The Graph", HBAR: "Hedera", ICP: "Internet Computer", INJ: "Injective",
  LDO: "Lido", LINK: "Chainlink", LTC: "Litecoin", MANA: "Decentraland", MKR: "Maker", NEAR: "Near", NEO: "Neo",
  OP: "Optimism", PAXG: "Paxos Gold", PEPE: "Pepe", POL: "Polygon", QNT: "Quant", RENDER: "Render", RUNE: "THORChain",
  SAND: "The Sandbox", SEI: "Sei", SHIB: "Shiba Inu", SNX: "Synthetix", SOL: "Solana", STX: "Stacks", SUI: "Sui",
  THETA: "Theta", TIA: "Celestia", TON: "Toncoin", TRX: "Tron", UNI: "Uniswap", USD: "US Dollar", USDC: "USD Coin",
  USDT: "Tether", VET: "VeChain", WBTC: "Wrapped Bitcoin", WIF: "dogwifhat", XAU: "Gold", XLM: "Stellar", XMR: "Monero",
  XRP: "XRP Ripple", XTZ: "Tezos", ZEC: "Zcash",
};

/** @param {string} asset such as `BTC`, or Kraken's `XBT` @returns {string} empty where it is known by its letters alone */
export function coinName(asset) {
  const letters = asset.toUpperCase();
  return NAMES[letters === "XBT" ? "BTC" : letters] ?? "";
}
