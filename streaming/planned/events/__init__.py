"""The events that the protocol promises and no app tells yet; whoever builds their app takes them there."""
