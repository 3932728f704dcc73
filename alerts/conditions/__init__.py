"""The pure core of alert rules: what a rule says, when it fires. It knows neither Django nor Channels."""
