/** A watch list: symbols can be added and removed, and a refused one says why. */
import { memo, useState } from "react";
import { usePriceSubscription } from "@tidewire/client/hooks";
import { amount, percent, price } from "./format.js";
import { useDirection } from "./use_direction.js";

const FIRST_SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "ADAUSDT", "DOGEUSDT"];

export function Prices() {
  const [symbols, setSymbols] = useState(FIRST_SYMBOLS);
  const { prices, loading, error } = usePriceSubscription({ symbols });
  const add = (symbol) => setSymbols((before) => (before.includes(symbol) ? before : [...before, symbol]));
  const remove = (symbol) => setSymbols((before) => before.filter((other) => other !== symbol));
  return (
    <section className="card" aria-labelledby="prices-title" aria-busy={loading}>
      <div className="card-head">
        <h2 id="prices-title">Prices</h2>
        <AddSymbol onAdd={add} />
      </div>
      {error && (
        <p className="problem" role="alert">
          {error.message}
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">Symbol</th>
            <th scope="col" className="number">Price</th>
            <th scope="col" className="number">24 h</th>
            <th scope="col" className="number wide">High</th>
            <th scope="col" className="number wide">Low</th>
            <th scope="col" className="number wide">Volume</th>
            <th scope="col">
              <span className="hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {symbols.map((symbol) => (
            <PriceRow key={symbol} symbol={symbol} data={prices.get(symbol)} onRemove={remove} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AddSymbol({ onAdd }) {
  const [text, setText] = useState("");
  const submit = (event) => {
    event.preventDefault();
    if (text.trim()) onAdd(text.trim().toUpperCase());
    setText("");
  };
  return (
    <form onSubmit={submit}>
      <label>
        <span className="hidden">Symbol to add</span>
        <input id="symbol" value={text} onChange={({ target }) => setText(target.value)} placeholder="BNBUSDT" />
      </label>
      <button>Add</button>
    </form>
  );
}

/** Rendered anew only where its own symbol has news: data objects that didn't change are the same ones. */
const PriceRow = memo(function PriceRow({ symbol, data, onRemove }) {
  const direction = useDirection(data?.price);
  return (
    <tr data-symbol={symbol} data-stale={data?.stale === true}>
      <th scope="row">{symbol}</th>
      <td className="number price" data-direction={direction}>
        {data ? price(data.price) : "–"}
      </td>
      <td className="number" data-direction={data && Math.sign(data.changePercent24h)}>
        {data ? percent(data.changePercent24h) : ""}
      </td>
      <td className="number wide">{data && price(data.high24h)}</td>
      <td className="number wide">{data && price(data.low24h)}</td>
      <td className="number wide">{data && amount(data.volume24h)}</td>
      <td>
        <button type="button" className="quiet" aria-label={`Remove ${symbol}`} onClick={() => onRemove(symbol)}>
          ×
        </button>
      </td>
    </tr>
  );
});
