"""The mechanism: from ions and axon to the electrode, so that a twitch can be made, explained and labelled."""
