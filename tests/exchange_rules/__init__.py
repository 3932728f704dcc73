"""Every rule of the exchange that concerns the bridge, each proven against the simulated exchange on a real socket."""
