/** The page's entry: one connection for all components below the provider, to the gateway that the address names. */
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { TidewireProvider } from "@tidewire/client/hooks";
import { Notifications } from "./notifications.jsx";
import { Prices } from "./prices.jsx";
import { Quality } from "./quality.jsx";
import { SignIn } from "./sign_in.jsx";
import { Status } from "./status.jsx";
import "./main.css";

const DEFAULT_GATEWAY = "ws://127.0.0.1:8000/ws";
const gateway = new URLSearchParams(location.search).get("gateway") ?? DEFAULT_GATEWAY;

function App() {
  // Kept in memory alone: a token in the browser's storage is any script's of this origin.
  const [token, setToken] = useState(null);
  return (
    <TidewireProvider url={gateway} options={{ token }}>
      <header>
        <h1>
          Tidewire <span>with React</span>
        </h1>
        <Status gateway={gateway} />
      </header>
      <main>
        <Prices />
        <aside>
          <Quality />
          <SignIn token={token} onToken={setToken} />
          <Notifications isSignedIn={token !== null} />
        </aside>
      </main>
    </TidewireProvider>
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
